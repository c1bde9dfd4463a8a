using static TorchSharp.torch;

namespace Microsoft.ML.BlockLlm.Optimizers;

/// <summary>The part of one parameter's gradient that a <see cref="CoordinateMask"/> keeps.</summary>
internal sealed class MaskedGradient(NamedParameter parameter, Tensor? index, Tensor gradient) : IDisposable
{
    public NamedParameter Parameter { get; } = parameter;

    /// <summary>Positions of the coordinates in the flat parameter, int32 [count], rising; null for all of them.</summary>
    public Tensor? Index { get; private set; } = index?.DetachFromDisposeScope();

    /// <summary>Their gradients, float32 [count].</summary>
    public Tensor Gradient { get; private set; } = gradient.DetachFromDisposeScope();

    public long Count => Gradient.numel();

    /// <summary>The absolute values from one bound to another, both included.</summary>
    public Tensor MagnitudesBetween(float low, float high)
    {
        using var scope = NewDisposeScope();
        var magnitude = Gradient.abs();
        return magnitude.masked_select(magnitude.ge(low).logical_and(magnitude.le(high))).MoveToOuterDisposeScope();
    }

    /// <summary>Keeps the entries that a mask, bool [count], marks.</summary>
    public void Keep(Tensor mask)
    {
        using var scope = NewDisposeScope();
        var positions = mask.nonzero().view(-1);
        if (positions.numel() == Count)
            return;
        var index = Index is null ? positions.to(ScalarType.Int32) : Index.index_select(0, positions);
        var gradient = Gradient.index_select(0, positions);
        Dispose();
        Index = index.DetachFromDisposeScope();
        Gradient = gradient.DetachFromDisposeScope();
    }

    public void Dispose()
    {
        Index?.Dispose();
        Gradient.Dispose();
    }
}
