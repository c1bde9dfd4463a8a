using static TorchSharp.torch;

namespace Microsoft.ML.BlockLlm.Models;

/// <summary>The weights of one parameter that differ from its file, with their positions.</summary>
internal sealed class WeightChanges : IDisposable
{
    private const long PieceSize = 1 << 22;

    private readonly Tensor _positions;
    private readonly Tensor _values;

    private WeightChanges(Tensor positions, Tensor values) =>
        (_positions, _values) = (positions.DetachFromDisposeScope(), values.DetachFromDisposeScope());

    /// <summary>How many weights differ.</summary>
    public long Count => _values.numel();

    /// <summary>Memory that they take, in bytes.</summary>
    public long Bytes => Count * (SafetensorsTypes.SizeOf(_positions.dtype) + SafetensorsTypes.SizeOf(_values.dtype));

    /// <summary>What differs between a parameter's file and the parameter; null if nothing does.</summary>
    /// <param name="before">The file's weights, in the file's type.</param>
    /// <param name="now">The parameter.</param>
    public static WeightChanges? Between(Tensor before, Tensor now)
    {
        using var scope = NewDisposeScope();
        var (stored, flat) = (before.view(-1), now.detach().view(-1));
        var positionType = flat.numel() <= int.MaxValue ? int32 : int64;
        List<Tensor> positions = [], values = [];
        for (var start = 0L; start < flat.numel(); start += PieceSize)
        {
            using var pieceScope = NewDisposeScope();
            var length = Math.Min(PieceSize, flat.numel() - start);
            var piece = flat.narrow(0, start, length);
            var differing = piece.ne(stored.narrow(0, start, length).to_type(flat.dtype)).nonzero().view(-1);
            if (differing.numel() == 0)
                continue;
            values.Add(piece.index_select(0, differing).MoveToOuterDisposeScope());
            positions.Add(differing.add_(start).to_type(positionType).MoveToOuterDisposeScope());
        }

        return positions.Count == 0 ? null : new WeightChanges(cat(positions), cat(values));
    }

    /// <summary>The same in memory of its own.</summary>
    public WeightChanges Copy() => new(_positions.clone(), _values.clone());

    /// <summary>Writes them into the weights of the file.</summary>
    public void ApplyTo(Tensor weights)
    {
        using var scope = NewDisposeScope();
        weights.view(-1).scatter_(0, _positions.to_type(int64), _values);
    }

    public void Dispose()
    {
        _positions.Dispose();
        _values.Dispose();
    }
}
