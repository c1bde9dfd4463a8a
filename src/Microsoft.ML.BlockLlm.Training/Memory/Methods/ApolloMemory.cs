using Microsoft.ML.BlockLlm.Optimizers;

namespace Microsoft.ML.BlockLlm.Training;

/// <summary>What <see cref="ApolloOptimizer"/> holds: moments of low rank of each matrix, and all gradients whole. Its spaces are not kept.</summary>
/// <param name="options">Its options; null for the defaults.</param>
public sealed class ApolloMemory(ApolloOptimizerOptions? options = null) : LowRankMemory(options ?? new ApolloOptimizerOptions())
{
    private readonly ApolloOptimizerOptions _options = options ?? new ApolloOptimizerOptions();

    /// <inheritdoc/>
    public override string Name => _options.Scaling == ApolloScaling.Tensor ? "APOLLO-Mini" : "APOLLO";

    /// <summary>Of one matrix at a time, its step, a clipped gradient, and a random space while it is drawn or what Adam needs in low rank.</summary>
    /// <param name="model">The model.</param>
    public override long UpdateBytes(ModelMemory model) => Largest(model, matrix =>
        (NumberSize * matrix.Size * (_options.MaxGradientNorm is null ? 1 : 2)) + (2 * WideBytes(model, matrix)) + Math.Max(6 * NumberSize * BasisSize(matrix), DirectionBytes(matrix)));

    /// <inheritdoc/>
    public override IReadOnlyList<GradientPass> Passes(ModelMemory model, long gradientSize) => [new("updating", delivered => gradientSize * delivered)];

    /// <inheritdoc/>
    private protected override long OwnBytes(ParameterSize matrix) => NumberSize;
}
