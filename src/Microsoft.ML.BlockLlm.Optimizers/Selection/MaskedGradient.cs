using static TorchSharp.torch;

namespace Microsoft.ML.BlockLlm.Optimizers;

/// <summary>The part of one parameter's gradient that an <see cref="ISelectionMask"/> keeps.</summary>
internal sealed class MaskedGradient(NamedParameter parameter, Tensor? index, Tensor gradient) : IDisposable
{
    /// <summary>So many numbers are gone through at once: what that makes is small beside a large gradient.</summary>
    public const long PieceSize = 1 << 18;

    private const long NumberSize = sizeof(float);

    public NamedParameter Parameter { get; } = parameter;

    /// <summary>Positions of the coordinates in the flat parameter, int32 [count], rising; null for all of them.</summary>
    public Tensor? Index { get; private set; } = index?.DetachFromDisposeScope();

    /// <summary>Their gradients, float32 [count].</summary>
    public Tensor Gradient { get; private set; } = gradient.DetachFromDisposeScope();

    public long Count => Gradient.numel();

    /// <summary>Memory that it takes, in bytes.</summary>
    public long Bytes => (Index is null ? NumberSize : 2 * NumberSize) * Count;

    /// <summary>Number of absolute values that are at least as large as another.</summary>
    public Tensor CountAtLeast(float magnitude) => OfPieces(piece => piece.ge(magnitude).sum().view(1)).sum();

    /// <summary>The absolute values from one bound to another, both included.</summary>
    public Tensor MagnitudesBetween(float low, float high) =>
        OfPieces(magnitude => magnitude.masked_select(magnitude.ge(low).logical_and(magnitude.le(high))));

    /// <summary>Keeps the entries that a mask marks.</summary>
    /// <param name="maskOf">Makes the mask of a piece, bool, from its absolute values. It is asked once for each, in order.</param>
    public void Keep(Func<Tensor, Tensor> maskOf)
    {
        using var scope = NewDisposeScope();
        var (indices, gradients) = (new List<Tensor>(), new List<Tensor>());
        long start = 0;
        foreach (var piece in Gradient.split(PieceSize, dim: 0))
        {
            using var pieceScope = NewDisposeScope();
            var kept = maskOf(piece.abs()).nonzero().view(-1);
            gradients.Add(piece.index_select(0, kept).MoveToOuterDisposeScope());
            var positions = Index?.narrow(0, start, piece.numel()).index_select(0, kept) ?? kept.add_(start).to(ScalarType.Int32);
            indices.Add(positions.MoveToOuterDisposeScope());
            start += piece.numel();
        }

        if (gradients.Sum(kept => kept.numel()) == Count)
            return;
        var (index, gradient) = (cat(indices), cat(gradients));
        Dispose();
        Index = index.DetachFromDisposeScope();
        Gradient = gradient.DetachFromDisposeScope();
    }

    public void Dispose()
    {
        Index?.Dispose();
        Gradient.Dispose();
    }

    /// <summary>Joins what is made of the absolute values of each piece: what comes up on the way is small beside a large gradient.</summary>
    private Tensor OfPieces(Func<Tensor, Tensor> make)
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
}
