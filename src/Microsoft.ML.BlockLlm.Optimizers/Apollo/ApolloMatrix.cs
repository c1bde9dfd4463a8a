using static TorchSharp.torch;

namespace Microsoft.ML.BlockLlm.Optimizers;

/// <summary>
/// APOLLO's update of one matrix: the gradient itself, each channel scaled by s = ‖ψ(R)‖ / ‖R‖, where ψ(R) is Adam's direction for R, the gradient in a random space. The space is drawn again from its key at
/// every update, and never kept.
/// </summary>
internal sealed class ApolloMatrix(NamedParameter parameter, ApolloOptimizerOptions options) : LowRankMatrix(parameter, options)
{
    /// <summary>Keeps a channel of R that is 0 from making its factor infinite.</summary>
    private const double Epsilon = 1e-8;

    private readonly NormGrowthLimiter _limiter = new(options.NormGrowthLimit);

    protected override long OwnBytes => base.OwnBytes + _limiter.Bytes;

    public override void To(Device device)
    {
        base.To(device);
        _limiter.To(device);
    }

    public override void Dispose()
    {
        base.Dispose();
        _limiter.Dispose();
    }

    protected override Action<Tensor, double> Prepare(Tensor gradient)
    {
        var matrix = gradient.view(Rows, Columns);
        Tensor projected;
        using (var basis = GaussianMatrix.Create(Projected, options.Rank, Key, matrix.device))
            projected = Project(matrix, basis.div_(Math.Sqrt(options.Rank)));
        var direction = Direction(projected);
        var step = options.Scaling == ApolloScaling.Channel
            ? matrix * ChannelNorms(direction).div_(ChannelNorms(projected).add_(Epsilon))
            : matrix * direction.norm().div_(projected.norm().add_(Epsilon));
        _limiter.Limit(step);
        return (weights, learningRate) => weights.add_(step, alpha: -learningRate * options.Scale);
    }

    protected override void SaveOwn(BinaryWriter writer)
    {
        base.SaveOwn(writer);
        _limiter.Save(writer);
    }

    protected override void LoadOwn(BinaryReader reader)
    {
        base.LoadOwn(reader);
        _limiter.Load(reader, Parameter.Value.device);
    }
}
