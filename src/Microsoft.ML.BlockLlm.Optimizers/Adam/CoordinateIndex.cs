using TorchSharp;
using static TorchSharp.torch;

namespace Microsoft.ML.BlockLlm.Optimizers;

/// <summary>
/// Which coordinates of a flat parameter are meant, in 2 bytes each: their offsets within chunks of 32,768, and 4 bytes for each chunk that
/// say how many lie in it.
/// </summary>
internal sealed partial class CoordinateIndex : IDisposable
{
    /// <summary>Weights of a chunk; the last one of a parameter may have fewer.</summary>
    public const long ChunkSize = 1 << 15;

    private Tensor _offsets;
    private Tensor _counts;
    private long[]? _ends;

    /// <param name="positions">Positions in the flat parameter, int32 or int64 [count], rising.</param>
    /// <param name="size">Number of weights of the parameter.</param>
    public CoordinateIndex(Tensor positions, long size)
    {
        using var scope = NewDisposeScope();
        var chunks = positions.floor_divide(ChunkSize);
        _counts = bincount(chunks, minlength: (size + ChunkSize - 1) / ChunkSize).to(ScalarType.Int32).DetachFromDisposeScope();
        _offsets = positions.remainder(ChunkSize).to(ScalarType.Int16).DetachFromDisposeScope();
    }

    private CoordinateIndex(Tensor offsets, Tensor counts) =>
        (_offsets, _counts) = (offsets.DetachFromDisposeScope(), counts.DetachFromDisposeScope());

    /// <summary>Number of coordinates.</summary>
    public long Count => _offsets.numel();

    /// <summary>Memory that it takes, in bytes.</summary>
    public long Bytes => (2 * _offsets.numel()) + (4 * _counts.numel());

    /// <summary>Positions in the flat parameter, int64 [count], rising; the caller's to dispose.</summary>
    public Tensor Positions()
    {
        using var scope = NewDisposeScope();
        var starts = arange(0, ChunkSize * _counts.numel(), ChunkSize, dtype: ScalarType.Int64, device: _offsets.device);
        return starts.repeat_interleave(_counts, output_size: Count).add_(_offsets.to(ScalarType.Int64)).MoveToOuterDisposeScope();
    }

    /// <summary>Positions of some of the coordinates in the flat parameter, int64 [count], rising; the caller's to dispose.</summary>
    /// <param name="start">The first coordinate.</param>
    /// <param name="count">How many, at least one.</param>
    public Tensor Positions(long start, long count)
    {
        if (count == Count)
            return Positions();
        using var scope = NewDisposeScope();
        int first = ChunkOf(start), last = ChunkOf(start + count - 1);
        var device = _offsets.device;
        int[] counts = [.. Enumerable.Range(first, last - first + 1).Select(chunk => (int)(Math.Min(Ends[chunk], start + count) - Math.Max(Before(chunk), start)))];
        var starts = arange(ChunkSize * first, ChunkSize * (last + 1), ChunkSize, dtype: ScalarType.Int64, device: device);
        return starts.repeat_interleave(tensor(counts, device: device), output_size: count).add_(_offsets.narrow(0, start, count).to(ScalarType.Int64)).MoveToOuterDisposeScope();
    }

    /// <summary>The coordinates that lie in a stretch of the flat parameter: the first one, and how many.</summary>
    /// <param name="position">Where the stretch begins, a multiple of <see cref="ChunkSize"/>.</param>
    /// <param name="length">How long it is, a multiple of it as well unless it ends with the parameter.</param>
    public (long First, long Count) Within(long position, long length)
    {
        long first = Before((int)(position / ChunkSize));
        return (first, Before((int)((position + length + ChunkSize - 1) / ChunkSize)) - first);
    }

    public void Save(BinaryWriter writer)
    {
        _counts.Save(writer);
        _offsets.Save(writer);
    }

    /// <summary>Reads what <see cref="Save"/> wrote.</summary>
    /// <param name="reader">Where to read from.</param>
    /// <param name="parameter">The parameter.</param>
    /// <exception cref="InvalidDataException">The index is none of the parameter.</exception>
    public static CoordinateIndex Load(BinaryReader reader, NamedParameter parameter)
    {
        using var scope = NewDisposeScope();
        var counts = AdamSliceFormat.ReadTensor(reader, ScalarType.Int32, (parameter.Size + ChunkSize - 1) / ChunkSize, CPU);
        var count = counts.sum().ToInt64();
        Require(count > 0 && count <= parameter.Size && !counts.lt(0).any().ToBoolean() && !counts.gt(ChunkSize).any().ToBoolean(), parameter);
        var offsets = AdamSliceFormat.ReadTensor(reader, ScalarType.Int16, count, CPU);
        using var index = new CoordinateIndex(offsets.alias(), counts.alias());
        var positions = index.Positions();
        var steps = positions.narrow(0, 1, count - 1).sub(positions.narrow(0, 0, count - 1));
        Require(!offsets.lt(0).any().ToBoolean() && !steps.le(0).any().ToBoolean() && positions[-1].ToInt64() < parameter.Size, parameter);
        return new CoordinateIndex(offsets.to(parameter.Value.device), counts.to(parameter.Value.device));
    }

    public void To(Device device) => (_offsets, _counts) = (WeightState.Moved(_offsets, device), WeightState.Moved(_counts, device));

    public void Dispose()
    {
        _offsets.Dispose();
        _counts.Dispose();
    }

    /// <summary>Number of coordinates up to the end of each chunk.</summary>
    private long[] Ends => _ends ??= CountEnds();

    private long[] CountEnds()
    {
        using var ends = _counts.cumsum(0, ScalarType.Int64);
        using var onHost = ends.cpu();
        return onHost.data<long>().ToArray();
    }

    private long Before(int chunk) => chunk == 0 ? 0 : Ends[chunk - 1];

    private int ChunkOf(long coordinate)
    {
        // The first chunk that ends beyond it; a chunk without coordinates ends where the one before it does.
        int found = Array.BinarySearch(Ends, coordinate + 1);
        if (found < 0)
            return ~found;
        while (found > 0 && Ends[found - 1] > coordinate)
            found--;
        return found;
    }

    private static void Require(bool fits, NamedParameter parameter)
    {
        if (!fits)
            throw new InvalidDataException($"The saved state has an index that does not fit the {parameter.Size:N0} weights of '{parameter.Name}'.");
    }
}
