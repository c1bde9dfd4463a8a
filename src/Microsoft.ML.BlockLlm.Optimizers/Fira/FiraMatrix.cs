using static TorchSharp.torch;

namespace Microsoft.ML.BlockLlm.Optimizers;

/// <summary>
/// Fira's update of one matrix: GaLore's, and what the space leaves out, S = (G − P·R) scaled column by column by ‖ψ(R)‖ / ‖R‖, where ψ(R) is Adam's direction for R, and limited in its growth.
/// </summary>
internal sealed class FiraMatrix(NamedParameter parameter, FiraOptimizerOptions options) : SubspaceMatrix(parameter, options)
{
    /// <summary>Keeps a column of R that is 0 from making its factor infinite.</summary>
    private const double Epsilon = 1e-8;

    private readonly NormGrowthLimiter _limiter = new(options.NormGrowthLimit);

    protected override long OwnBytes => base.OwnBytes + _limiter.Bytes;

    public override void ChooseSpace()
    {
        if (!IsRenewalDue || Gradient is not { } gradient)
            return;
        using var scope = NewDisposeScope();
        SetBasis(NewBasis(gradient.to(ScalarType.Float32).view(Rows, Columns)));
    }

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
        var projected = Project(matrix, Basis!);
        var direction = Direction(projected);
        var residual = matrix.clone();
        AddBack(residual, projected, Basis!, -1);
        residual.mul_(ChannelNorms(direction).div_(ChannelNorms(projected).add_(Epsilon)));
        _limiter.Limit(residual);
        return (weights, learningRate) =>
        {
            AddBack(weights, direction, Basis!, -learningRate * options.Scale);
            weights.add_(residual, alpha: -learningRate * options.Scale);
        };
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
