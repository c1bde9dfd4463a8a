using static TorchSharp.torch;

namespace Microsoft.ML.BlockLlm.Optimizers;

/// <summary>
/// GaLore's update of one matrix: with R = Pᵀ·G (here for a wide matrix), W ← W − η·α·P·(m̂ / (√v̂ + ε)), the moments being those of R. What is gathered of a gradient is R alone.
/// </summary>
internal sealed class GaLoreMatrix(NamedParameter parameter, GaLoreOptimizerOptions options) : SubspaceMatrix(parameter, options)
{
    /// <summary>The space of the coming update; it replaces the old one only when the update succeeds.</summary>
    private Tensor? _renewed;

    public override bool DecomposesNext => IsRenewalDue && _renewed is null;

    public override void Accumulate(Tensor gradient)
    {
        using var scope = NewDisposeScope();
        var matrix = gradient.view(Rows, Columns).to(ScalarType.Float32);
        if (DecomposesNext)
            Replace(ref _renewed, NewBasis(matrix));

        AccumulateCompact(Project(matrix, _renewed ?? Basis!));
    }

    public override void DiscardGradient()
    {
        base.DiscardGradient();
        Replace(ref _renewed, null);
    }

    public override void To(Device device)
    {
        base.To(device);
        Move(ref _renewed, device);
    }

    public override void Dispose()
    {
        base.Dispose();
        Replace(ref _renewed, null);
    }

    protected override Action<Tensor, double> Prepare(Tensor gradient)
    {
        if (_renewed is not null)
            SetBasis(_renewed.alias());
        var direction = Direction(gradient);
        return (weights, learningRate) => AddBack(weights, direction, Basis!, -learningRate * options.Scale);
    }
}
