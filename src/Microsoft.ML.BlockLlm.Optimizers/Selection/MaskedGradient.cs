using static TorchSharp.torch;

namespace Microsoft.ML.BlockLlm.Optimizers;

/// <summary>The part of one parameter's gradient that a <see cref="CoordinateMask"/> keeps.</summary>
internal sealed class MaskedGradient(NamedParameter parameter, Tensor? index, Tensor gradient) : IDisposable
{
    private const long PieceSize = 1 << 20;

    public NamedParameter Parameter { get; } = parameter;

    /// <summary>Positions of the coordinates in the flat parameter, int32 [count], rising; null for all of them.</summary>
    public Tensor? Index { get; private set; } = index?.DetachFromDisposeScope();

    /// <summary>Their gradients, float32 [count].</summary>
    public Tensor Gradient { get; private set; } = gradient.DetachFromDisposeScope();

    public long Count => Gradient.numel();

    /// <summary>The absolute values from one bound to another, both included.</summary>
    public Tensor MagnitudesBetween(float low, float high) =>
        OfPieces(magnitude => magnitude.masked_select(magnitude.ge(low).logical_and(magnitude.le(high))));

    /// <summary>Keeps the entries that a mask marks.</summary>
    /// <param name="maskOf">Makes the mask of a piece, bool, from its absolute values. It is asked once for each, in order.</param>
    public void Keep(Func<Tensor, Tensor> maskOf)
    {
        using var scope = NewDisposeScope();
        long start = 0;
        var positions = OfPieces(magnitude =>
        {
            var kept = maskOf(magnitude).nonzero().view(-1).add_(start);
            start += magnitude.numel();
            return kept;
        });
        if (positions.numel() == Count)
            return;
        var index = Index is null ? positions.to(ScalarType.Int32) : Index.index_select(0, positions);
        var gradient = Gradient.index_select(0, positions);
        Dispose();
        Index = index.DetachFromDisposeScope();
        Gradient = gradient.DetachFromDisposeScope();
    }

    /// <summary>Joins what is made of the absolute values of each piece: what comes up on the way is small beside a large gradient.</summary>
    public Tensor OfPieces(Func<Tensor, Tensor> make)
    {
        using var scope = NewDisposeScope();
        var made = new List<Tensor>();
        foreach (var piece in Gradient.split(PieceSize, dim: 0))
        {
            using var pieceScope = NewDisposeScope();
            made.Add(make(piece.abs()).MoveToOuterDisposeScope());
        }

        return cat(made).MoveToOuterDisposeScope();
    }

    public void Dispose()
    {
        Index?.Dispose();
        Gradient.Dispose();
    }
}
