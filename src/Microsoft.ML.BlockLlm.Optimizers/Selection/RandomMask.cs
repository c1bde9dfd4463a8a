using static TorchSharp.torch;

namespace Microsoft.ML.BlockLlm.Optimizers;

/// <summary>A mask of coordinates drawn at random, of every block the same share. It holds what it keeps and no more.</summary>
/// <param name="shares">How many coordinates to keep of each parameter.</param>
/// <param name="seedOf">Seed of the draw from each parameter, so that it does not matter in which order they come.</param>
internal sealed class RandomMask(IReadOnlyDictionary<string, long> shares, Func<string, ulong> seedOf) : ISelectionMask
{
    private readonly SortedDictionary<string, MaskedGradient?> _parts = new(StringComparer.Ordinal);

    public int Parameters => _parts.Count;

    public bool Offered(NamedParameter parameter) => _parts.ContainsKey(parameter.Name);

    public void Offer(NamedParameter parameter, Tensor gradient)
    {
        using var scope = NewDisposeScope();
        long count = shares[parameter.Name];
        MaskedGradient? part = null;
        if (count == parameter.Size)
        {
            part = new MaskedGradient(parameter, index: null, gradient.alias());
        }
        else if (count > 0)
        {
            var positions = Draw(count, parameter.Size, seedOf(parameter.Name)).to(gradient.device);
            part = new MaskedGradient(parameter, positions, gradient.index_select(0, positions));
        }

        _parts.Add(parameter.Name, part);
    }

    public IEnumerable<MaskedGradient> TakeKept()
    {
        foreach (string name in _parts.Keys.ToArray())
        {
            _parts.Remove(name, out var part);
            if (part is not null)
                yield return part;
        }
    }

    public void Dispose()
    {
        foreach (var part in _parts.Values)
            part?.Dispose();
        _parts.Clear();
    }

    /// <summary>Draws one position from each of <paramref name="count"/> equal stretches, so that they come sorted and in memory for themselves alone.</summary>
    private static Tensor Draw(long count, long size, ulong seed)
    {
        using var scope = NewDisposeScope();
        using var generator = new Generator(seed);
        var pieces = new List<Tensor>();
        for (long start = 0; start < count; start += MaskedGradient.PieceSize)
        {
            using var pieceScope = NewDisposeScope();
            long stretches = Math.Min(MaskedGradient.PieceSize, count - start);
            var bounds = arange(start, start + stretches + 1, dtype: ScalarType.Int64).mul_(size).floor_divide(count);
            var (starts, ends) = (bounds.narrow(0, 0, stretches), bounds.narrow(0, 1, stretches));
            // In 64 bits, so that a number just below 1 does not round up to the next stretch.
            var uniform = rand([stretches], dtype: ScalarType.Float64, generator: generator);
            pieces.Add(uniform.mul_(ends - starts).to(ScalarType.Int64).add_(starts).to(ScalarType.Int32).MoveToOuterDisposeScope());
        }

        return cat(pieces).MoveToOuterDisposeScope();
    }
}
