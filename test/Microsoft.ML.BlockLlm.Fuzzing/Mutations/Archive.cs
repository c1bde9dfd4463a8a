using System.IO.Compression;

namespace Microsoft.ML.BlockLlm.Fuzzing;

/// <summary>Zip archives in memory, the same bytes each time for the same entries: none has a date.</summary>
internal static class Archive
{
    private static readonly DateTimeOffset s_noDate = new(1980, 1, 1, 0, 0, 0, TimeSpan.Zero);

    /// <summary>What is in an archive, in its order.</summary>
    /// <exception cref="InvalidDataException">It is none.</exception>
    public static List<(string Name, byte[] Bytes)> Unpack(byte[] archive)
    {
        using var zip = new ZipArchive(new MemoryStream(archive));
        return [.. zip.Entries.Select(entry => (entry.FullName, Bytes(entry)))];

        static byte[] Bytes(ZipArchiveEntry entry)
        {
            using var content = entry.Open();
            using var bytes = new MemoryStream();
            content.CopyTo(bytes);
            return bytes.ToArray();
        }
    }

    /// <summary>Makes an archive.</summary>
    public static byte[] Pack(IEnumerable<(string Name, byte[] Bytes)> entries, CompressionLevel compression)
    {
        using var archive = new MemoryStream();
        using (var zip = new ZipArchive(archive, ZipArchiveMode.Create, leaveOpen: true))
        {
            foreach (var (name, bytes) in entries)
            {
                var entry = zip.CreateEntry(name, compression);
                entry.LastWriteTime = s_noDate;
                using var content = entry.Open();
                content.Write(bytes);
            }
        }
        return archive.ToArray();
    }
}
