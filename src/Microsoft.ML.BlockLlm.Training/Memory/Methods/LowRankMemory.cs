using Microsoft.ML.BlockLlm.Optimizers;

namespace Microsoft.ML.BlockLlm.Training;

/// <summary>What a <see cref="LowRankOptimizer"/> holds: of matrices two moments in low rank, of the rest those of AdamW, and masters of weights in 16 bits unless they are rounded stochastically.</summary>
/// <param name="options">Its options.</param>
public abstract class LowRankMemory(LowRankOptimizerOptions options) : MethodMemory
{
    /// <inheritdoc/>
    public override bool IsTrained(string parameter) => !options.Freezes(parameter);

    /// <inheritdoc/>
    public override long StateBytes(ModelMemory model) =>
        Matrices(model).Sum(matrix => MomentBytes(options.Moments, ProjectedSize(matrix)) + OwnBytes(matrix)) + Rest(model).Sum(parameter => MomentBytes(options.Moments, parameter.Size))
            + MasterBytes(options, model, Trained(model).Sum(parameter => parameter.Size));

    /// <summary>What the method keeps of one matrix beside moments.</summary>
    private protected abstract long OwnBytes(ParameterSize matrix);

    /// <summary>The matrices in low rank.</summary>
    private protected IEnumerable<ParameterSize> Matrices(ModelMemory model) => Trained(model).Where(IsMatrix);

    /// <summary>What AdamW trains in full.</summary>
    private protected IEnumerable<ParameterSize> Rest(ModelMemory model) => Trained(model).Where(parameter => !IsMatrix(parameter));

    /// <summary>Numbers of a gradient in low rank: r · max(m, n).</summary>
    private protected long ProjectedSize(ParameterSize matrix) => options.Rank * Math.Max(matrix.Rows, matrix.Columns);

    /// <summary>Numbers of a basis: r · min(m, n).</summary>
    private protected long BasisSize(ParameterSize matrix) => options.Rank * Math.Min(matrix.Rows, matrix.Columns);

    /// <summary>What Adam needs in low rank: both moments decoded, the root of one, a quotient, and the gradient, clipped or not.</summary>
    private protected long DirectionBytes(ParameterSize matrix) => 6 * NumberSize * ProjectedSize(matrix);

    /// <summary>Copies of weights or gradients in 16 bits that are computed with, in 32.</summary>
    private protected static long WideBytes(ModelMemory model, ParameterSize matrix) => model.WeightSize < NumberSize ? NumberSize * matrix.Size : 0;

    /// <summary>What the largest matrix needs; 0 if there is none.</summary>
    private protected long Largest(ModelMemory model, Func<ParameterSize, long> bytes) => Matrices(model).Select(bytes).DefaultIfEmpty().Max();

    private bool IsMatrix(ParameterSize parameter) => options.Projects(parameter.Rows, parameter.Columns) && !options.Activates(parameter.Name);
}
