using static TorchSharp.torch;

namespace Microsoft.ML.BlockLlm.Optimizers;

/// <summary>
/// APOLLO's update of one matrix: the gradient itself, each channel scaled by s = ‖ψ(R)‖ / ‖R‖, where ψ(R) is Adam's direction for R, the gradient in a random space. The space is drawn again from its key at
/// every update, and never kept.
/// </summary>
internal sealed class ApolloMatrix(NamedParameter parameter, ApolloOptimizerOptions options) : LowRankMatrix(parameter, options, options.NormGrowthLimit)
{
    protected override Action<Tensor, double> Prepare(Tensor gradient)
    {
        var matrix = gradient.view(Rows, Columns);
        Tensor projected;
        using (var basis = GaussianMatrix.Create(Projected, options.Rank, Key, matrix.device))
            projected = Project(matrix, basis.div_(Math.Sqrt(options.Rank)));
        var direction = Direction(projected);
        var step = options.Scaling == ApolloScaling.Channel
            ? matrix * Factors(ChannelNorms(direction), ChannelNorms(projected))
            : matrix * Factors(direction.norm(), projected.norm());
        LimitGrowth(step);
        return (weights, learningRate) => weights.add_(step, alpha: -learningRate * options.Scale);
    }
}
