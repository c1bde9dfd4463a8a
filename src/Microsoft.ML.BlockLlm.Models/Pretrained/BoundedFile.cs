using System.Buffers;

namespace Microsoft.ML.BlockLlm.Models;

/// <summary>
/// Reads files of a model whole, up to a size that none of their kind has: an entry of an archive may unpack to a thousand times the bytes it takes there, and a link may lead to
/// a device that never ends.
/// </summary>
internal static class BoundedFile
{
    /// <summary>Most bytes of a file of settings, such as <c>config.json</c>: 16 MiB.</summary>
    public const int MaxSettings = 1 << 24;

    /// <summary>Most bytes of a file that lists pieces of texts or tensors, such as <c>tokenizer.json</c>: 128 MiB. Vocabularies of 256,000 pieces take 33 MiB.</summary>
    public const int MaxTable = 1 << 27;

    private const int PartSize = 1 << 14;

    /// <summary>Reads a file; null if there is none of this name.</summary>
    /// <param name="reader">Gives the files.</param>
    /// <param name="name">The file's name.</param>
    /// <param name="source">Where the model is from, for messages.</param>
    /// <param name="limit">Most bytes that it may have.</param>
    /// <exception cref="ModelLoadException">It has more.</exception>
    public static byte[]? ReadIfThere(ModelFileReader reader, string name, string source, int limit = MaxSettings)
    {
        byte[]? bytes = null;
        return reader(name, stream => bytes = Read(stream, $"{source}, {name}", limit)) ? bytes : null;
    }

    /// <summary>Reads a stream to its end. Memory is taken as bytes come, whatever length the stream says it has.</summary>
    /// <param name="stream">The stream.</param>
    /// <param name="file">What to call it in messages.</param>
    /// <param name="limit">Most bytes that it may have.</param>
    /// <exception cref="ModelLoadException">It has more.</exception>
    public static byte[] Read(Stream stream, string file, int limit = MaxSettings)
    {
        var length = stream.CanSeek ? stream.Length - stream.Position : 0;
        if (length > limit)
            throw TooLarge(file, $"{length:N0} bytes", limit);
        using var bytes = new MemoryStream((int)length);
        var part = ArrayPool<byte>.Shared.Rent(PartSize);
        try
        {
            for (int count; (count = stream.Read(part)) > 0; bytes.Write(part, 0, count))
            {
                if (bytes.Length + count > limit)
                    throw TooLarge(file, "more bytes", limit);
            }
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(part);
        }
        return bytes.Length == bytes.Capacity ? bytes.GetBuffer() : bytes.ToArray();
    }

    private static ModelLoadException TooLarge(string file, string size, int limit) =>
        new($"{file} has {size}, and no such file has more than {limit:N0}. Fetch the model again from where you trust it.");
}
