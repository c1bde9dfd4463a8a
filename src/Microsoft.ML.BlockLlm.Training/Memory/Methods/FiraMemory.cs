using Microsoft.ML.BlockLlm.Optimizers;

namespace Microsoft.ML.BlockLlm.Training;

/// <summary>What <see cref="FiraOptimizer"/> holds: moments and basis of low rank of each matrix, and all gradients whole.</summary>
/// <param name="options">Its options; null for the defaults.</param>
public sealed class FiraMemory(FiraOptimizerOptions? options = null) : SubspaceMemory(options ?? new FiraOptimizerOptions())
{
    private readonly bool _clips = options?.MaxGradientNorm is not null;

    /// <inheritdoc/>
    public override string Name => "Fira";

    /// <summary>Of one matrix at a time, the part outside the space, a clipped gradient, and what a decomposition or Adam needs in low rank.</summary>
    /// <param name="model">The model.</param>
    public override long UpdateBytes(ModelMemory model) => Largest(model, matrix =>
        (NumberSize * matrix.Size * (_clips ? 2 : 1)) + (2 * WideBytes(model, matrix)) + Math.Max(DecompositionBytes(matrix), DirectionBytes(matrix)));

    /// <inheritdoc/>
    public override IReadOnlyList<GradientPass> Passes(ModelMemory model, long gradientSize) => [new("updating", delivered => gradientSize * delivered)];

    /// <inheritdoc/>
    private protected override long OwnBytes(ParameterSize matrix) => base.OwnBytes(matrix) + NumberSize;
}
