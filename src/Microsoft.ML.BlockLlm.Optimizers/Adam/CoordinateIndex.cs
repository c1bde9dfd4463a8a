using TorchSharp;
using static TorchSharp.torch;

namespace Microsoft.ML.BlockLlm.Optimizers;

/// <summary>
/// Which coordinates of a flat parameter are meant, in 2 bytes each: their offsets within chunks of 32,768, and 4 bytes for each chunk that
/// say how many lie in it.
/// </summary>
internal sealed class CoordinateIndex : IDisposable
{
    private const long ChunkSize = 1 << 15;

    private Tensor _offsets;
    private Tensor _counts;

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
        return starts.repeat_interleave(_counts, output_size: Count).add_(_offsets).MoveToOuterDisposeScope();
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

    public void To(Device device)
    {
        var (offsets, counts) = (_offsets.to(device, copy: true), _counts.to(device, copy: true));
        Dispose();
        (_offsets, _counts) = (offsets.DetachFromDisposeScope(), counts.DetachFromDisposeScope());
    }

    public void Dispose()
    {
        _offsets.Dispose();
        _counts.Dispose();
    }

    private static void Require(bool fits, NamedParameter parameter)
    {
        if (!fits)
            throw new InvalidDataException($"The saved state has an index that does not fit the {parameter.Size:N0} weights of '{parameter.Name}'.");
    }
}
