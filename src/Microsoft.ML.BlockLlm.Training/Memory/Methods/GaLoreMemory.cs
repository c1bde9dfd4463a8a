using Microsoft.ML.BlockLlm.Optimizers;

namespace Microsoft.ML.BlockLlm.Training;

/// <summary>What <see cref="GaLoreOptimizer"/> holds: moments, gradient and basis of low rank of each matrix.</summary>
/// <param name="options">Its options; null for the defaults.</param>
public sealed class GaLoreMemory(GaLoreOptimizerOptions? options = null) : SubspaceMemory(options ?? new GaLoreOptimizerOptions())
{
    /// <inheritdoc/>
    public override string Name => "GaLore";

    /// <summary>Of one matrix at a time what Adam needs in low rank.</summary>
    /// <param name="model">The model.</param>
    public override long UpdateBytes(ModelMemory model) => Largest(model, matrix => DirectionBytes(matrix) + WideBytes(model, matrix));

    /// <inheritdoc/>
    public override IReadOnlyList<GradientPass> Passes(ModelMemory model, long gradientSize)
    {
        var gradients = (NumberSize * Matrices(model).Sum(ProjectedSize)) + (gradientSize * Rest(model).Sum(parameter => parameter.Size));
        var bases = NumberSize * Matrices(model).Sum(BasisSize);
        var projection = Largest(model, matrix => WideBytes(model, matrix) + (NumberSize * ProjectedSize(matrix)));
        var decomposition = projection + Largest(model, DecompositionBytes);
        // The new bases stand beside the old ones until the update succeeds.
        return
        [
            new("renewing", delivered => Held(delivered, gradients + bases) + (delivered > 0 ? decomposition : 0)) { SummedBytes = gradients + bases + projection },
            new("updating", delivered => Held(delivered, gradients) + (delivered > 0 ? projection : 0)),
        ];
    }

    private static long Held(long delivered, long all) => Math.Min(NumberSize * delivered, all);
}
