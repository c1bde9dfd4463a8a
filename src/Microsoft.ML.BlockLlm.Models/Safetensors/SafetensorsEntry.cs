using TorchSharp;

namespace Microsoft.ML.BlockLlm.Models;

/// <summary>What a safetensors header says about one tensor.</summary>
public sealed class SafetensorsEntry
{
    internal SafetensorsEntry(string name, torch.ScalarType dtype, long[] shape, long begin, long end)
    {
        Name = name;
        DType = dtype;
        Shape = shape;
        Begin = begin;
        End = end;
    }

    /// <summary>The tensor's name.</summary>
    public string Name { get; }

    /// <summary>The type of its elements.</summary>
    public torch.ScalarType DType { get; }

    /// <summary>Its dimensions; none for a scalar.</summary>
    public IReadOnlyList<long> Shape { get; }

    /// <summary>How many bytes its elements take.</summary>
    public long ByteCount => End - Begin;

    /// <summary>Where its bytes begin, counted from the end of the header.</summary>
    internal long Begin { get; }

    /// <summary>Where its bytes end, counted from the end of the header.</summary>
    internal long End { get; }
}
