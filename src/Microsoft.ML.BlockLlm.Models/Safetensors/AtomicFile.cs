using System.Text;

namespace Microsoft.ML.BlockLlm.Models;

/// <summary>Writes a file beside its place and moves it there when it is complete and on the disk; then its name is there too.</summary>
internal static class AtomicFile
{
    private const string Unfinished = ".tmp";
    private const int IdLength = 32;

    /// <summary>How old a file must be to count as left behind by a process that was killed, and not as written by another one now.</summary>
    private static readonly TimeSpan s_abandonedAfter = TimeSpan.FromHours(1);

    /// <summary>Is told what was just done at each point of writing a file. Tests end the process there.</summary>
    internal static Action<string> AtWritePoint { get; set; } = _ => { };

    /// <summary>Writes what goes into a stream. What killed processes left beside the place is deleted.</summary>
    /// <param name="path">The file.</param>
    /// <param name="write">Writes it, the same each time: it is called again to count bytes where the disk is full.</param>
    /// <exception cref="IOException">It cannot be written; a file of this name is as it was. Where the disk is full, it says how many bytes are needed and free.</exception>
    public static void Write(string path, Action<Stream> write)
    {
        var folder = Path.GetDirectoryName(Path.GetFullPath(path))!;
        var name = Path.GetFileName(path);
        foreach (var file in UnfinishedIn(folder, name).Where(IsAbandoned))
            TryDelete(file);
        var beside = $"{path}.{Guid.NewGuid():N}{Unfinished}";
        try
        {
            using (var stream = new FileStream(beside, FileMode.CreateNew, FileAccess.Write))
            {
                write(stream);
                AtWritePoint($"{name} written");
                stream.Flush(flushToDisk: true);
            }
            AtWritePoint($"{name} on the disk");
            File.Move(beside, path, overwrite: true);
            AtWritePoint($"{name} renamed");
        }
        catch (IOException exception) when (DiskSpace.IsMissing(exception))
        {
            TryDelete(beside);
            var explanation = DiskSpace.Explain(name, DiskSpace.TryBytesOf(write), folder);
            throw new IOException($"{exception.Message.TrimEnd('.')}. {explanation} Make room or name another folder; what was there before is as it was.", exception) { HResult = exception.HResult };
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

    /// <summary>Deletes what killed processes were writing into a folder, however lately. Nothing else may be writing there.</summary>
    public static void DeleteUnfinished(string folder)
    {
        foreach (var file in UnfinishedIn(folder, "*"))
            TryDelete(file);
    }

    private static string[] UnfinishedIn(string folder, string name) =>
        Directory.Exists(folder) ? [.. Directory.GetFiles(folder, $"{name}.*{Unfinished}").Where(HasId)] : [];

    private static bool HasId(string path)
    {
        var stem = Path.GetFileNameWithoutExtension(path);
        return stem.Length > IdLength && stem[^(IdLength + 1)] == '.' && Guid.TryParseExact(stem.AsSpan(stem.Length - IdLength), "N", out _);
    }

    private static bool IsAbandoned(string path) => DateTime.UtcNow - File.GetLastWriteTimeUtc(path) > s_abandonedAfter;

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
