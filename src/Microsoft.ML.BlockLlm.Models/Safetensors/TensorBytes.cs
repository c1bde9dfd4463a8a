using static TorchSharp.torch;

namespace Microsoft.ML.BlockLlm.Models;

/// <summary>Moves the raw bytes of tensors from and to streams, in pieces, so that a tensor may be larger than a span.</summary>
internal static class TensorBytes
{
    private const long PieceSize = 1 << 22;

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

    private static IEnumerable<Tensor> Pieces(Tensor tensor)
    {
        using var detached = tensor.detach();
        using var flat = detached.view(-1);
        var step = PieceSize / SafetensorsTypes.SizeOf(tensor.dtype);
        for (var start = 0L; start < flat.NumberOfElements; start += step)
            yield return flat.narrow(0, start, Math.Min(step, flat.NumberOfElements - start));
    }
}
