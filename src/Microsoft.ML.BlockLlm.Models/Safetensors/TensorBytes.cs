using static TorchSharp.torch;

namespace Microsoft.ML.BlockLlm.Models;

/// <summary>Moves the raw bytes of tensors from and to streams, in pieces, so that a tensor may be larger than a span.</summary>
internal static class TensorBytes
{
    private const long PieceSize = 1 << 22;

    // No system has smaller pages.
    private const int PageSize = 1 << 12;

    /// <summary>Reads a tensor; null if the stream ends before.</summary>
    public static Tensor? TryRead(Stream stream, long[] shape, ScalarType type)
    {
        var tensor = empty(shape, type, CPU);
        foreach (var piece in Pieces(tensor))
        {
            using (piece)
            {
                var bytes = piece.bytes;
                if (stream.ReadAtLeast(bytes, bytes.Length, throwOnEndOfStream: false) == bytes.Length)
                    continue;
                tensor.Dispose();
                return null;
            }
        }
        return tensor;
    }

    /// <summary>The same, taking no more than a piece of memory beyond twice what the stream gives.</summary>
    public static Tensor? TryReadInParts(Stream stream, long[] shape, ScalarType type)
    {
        using var scope = NewDisposeScope();
        var step = PieceSize / SafetensorsTypes.SizeOf(type);
        var count = shape.Contains(0) ? 0 : shape.Aggregate(1L, (product, size) => product * size);
        var parts = new List<Tensor>();
        for (var start = 0L; start < count; start += step)
        {
            if (TryRead(stream, [Math.Min(step, count - start)], type) is not { } part)
                return null;
            parts.Add(part);
        }
        return (parts.Count == 0 ? empty(shape, type, CPU) : parts.Count == 1 ? parts[0].view(shape) : cat(parts).view(shape)).MoveToOuterDisposeScope();
    }

    /// <summary>Writes the elements of a contiguous CPU tensor.</summary>
    public static void Write(Stream stream, Tensor tensor)
    {
        foreach (var piece in Pieces(tensor))
        {
            using (piece)
                stream.Write(piece.bytes);
        }
    }

    /// <summary>Reads one byte of every page of a contiguous CPU tensor, so that a mapped one comes from its file.</summary>
    /// <param name="tensor">The tensor.</param>
    /// <param name="goesOn">Asked before every piece; false ends the reading.</param>
    /// <returns>Whether all was read.</returns>
    public static bool TryTouch(Tensor tensor, Func<bool> goesOn)
    {
        foreach (var piece in Pieces(tensor))
        {
            using (piece)
            {
                if (!goesOn())
                    return false;
                var bytes = piece.bytes;
                for (var i = 0; i < bytes.Length; i += PageSize)
                    Volatile.Read(ref bytes[i]);
            }
        }
        return true;
    }

    private static IEnumerable<Tensor> Pieces(Tensor tensor)
    {
        using var detached = tensor.detach();
        using var flat = detached.view(-1);
        var step = PieceSize / SafetensorsTypes.SizeOf(tensor.dtype);
        for (var start = 0L; start < flat.NumberOfElements; start += step)
            yield return flat.narrow(0, start, Math.Min(step, flat.NumberOfElements - start));
    }
}
