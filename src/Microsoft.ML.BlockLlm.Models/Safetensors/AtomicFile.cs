using System.Text;

namespace Microsoft.ML.BlockLlm.Models;

/// <summary>Writes a file beside its place and moves it there when it is complete and on the disk; then its name is there too.</summary>
internal static class AtomicFile
{
    /// <summary>How old a file must be to count as left behind by a process that was killed, and not as written by another one now.</summary>
    private static readonly TimeSpan s_abandonedAfter = TimeSpan.FromHours(1);

    /// <summary>Writes what goes into a stream. What killed processes left beside the place is deleted.</summary>
    public static void Write(string path, Action<Stream> write)
    {
        var folder = Path.GetDirectoryName(Path.GetFullPath(path))!;
        DeleteAbandoned(folder, Path.GetFileName(path));
        var beside = $"{path}.{Guid.NewGuid():N}.tmp";
        try
        {
            using (var stream = new FileStream(beside, FileMode.CreateNew, FileAccess.Write))
            {
                write(stream);
                stream.Flush(flushToDisk: true);
            }
            File.Move(beside, path, overwrite: true);
        }
        catch
        {
            TryDelete(beside);
            throw;
        }

        DirectorySync.Flush(folder);
    }

    /// <summary>Writes a text.</summary>
    public static void WriteText(string path, string text) => Write(path, stream => stream.Write(Encoding.UTF8.GetBytes(text)));

    private static void DeleteAbandoned(string folder, string name)
    {
        if (!Directory.Exists(folder))
            return;
        foreach (var file in Directory.EnumerateFiles(folder, $"{name}.*.tmp"))
        {
            if (Guid.TryParseExact(Path.GetFileName(file)[(name.Length + 1)..^".tmp".Length], "N", out _) && DateTime.UtcNow - File.GetLastWriteTimeUtc(file) > s_abandonedAfter)
                TryDelete(file);
        }
    }

    /// <summary>Deletes a file if it can be: what keeps it is not what the caller has to know.</summary>
    private static void TryDelete(string path)
    {
        try
        {
            File.Delete(path);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
        }
    }
}
