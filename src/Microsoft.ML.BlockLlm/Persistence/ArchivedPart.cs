using System.IO.Compression;

namespace Microsoft.ML.BlockLlm.Persistence;

/// <summary>
/// What the archive of a model file says of a part, before ML.NET unpacks it: it does so whole, to a temporary file or to memory, and a megabyte of an archive can unpack to a gigabyte.
/// </summary>
internal static class ArchivedPart
{
    /// <summary>Bytes that a part may unpack to however small it is in the archive: 16 MiB.</summary>
    public const long FreeBytes = 1 << 24;

    /// <summary>Bytes that it may unpack to besides for each of its bytes in the archive. Weights take 1 to 3 of them, texts up to 20 or 30; the most that deflate can do is 1,032.</summary>
    public const long BytesPerByte = 100;

    /// <summary>Refuses a part that unpacks to more than any of a model does.</summary>
    /// <param name="ctx">Where the transformer is read from.</param>
    /// <param name="name">The part.</param>
    /// <exception cref="InvalidDataException">It does.</exception>
    public static void RequireBounded(ModelLoadContext ctx, string name)
    {
        foreach (var entry in Find(ctx, name))
        {
            var most = FreeBytes + (BytesPerByte * entry.CompressedLength);
            if (entry.Length > most)
            {
                throw new InvalidDataException(
                    $"'{name}' would unpack to {entry.Length:N0} bytes from {entry.CompressedLength:N0} in the archive, which no part of a model does: it would unpack to {most:N0} at most. Take another copy of the file.");
            }
        }
    }

    // No more than the declared length is unpacked, so that it may be believed.
    private static IEnumerable<ZipArchiveEntry> Find(ModelLoadContext ctx, string name)
    {
        var path = ModelArchive.Normalized($"{ctx.Directory}/{name}");
        return ModelArchive.EntriesOf(ctx).Where(entry => ModelArchive.Normalized(entry.FullName) == path);
    }
}
