using static TorchSharp.torch;

namespace Microsoft.ML.BlockLlm.Models;

/// <summary>Moves the raw bytes of tensors from and to streams, in pieces, so that a tensor may be larger than a span.</summary>
internal static class TensorBytes
{
    private const long PieceSize = 1 << 22;

    // No system has smaller pages.
    private const int PageSize = 1 << 12;

    /// <summary>Fills a contiguous CPU tensor; false if the stream ends before.</summary>
    public static bool TryRead(Stream stream, Tensor tensor)
    {
        foreach (var piece in Pieces(tensor))
        {
            using (piece)
            {
                var bytes = piece.bytes;
                if (stream.ReadAtLeast(bytes, bytes.Length, throwOnEndOfStream: false) < bytes.Length)
                    return false;
            }
        }
        return true;
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
