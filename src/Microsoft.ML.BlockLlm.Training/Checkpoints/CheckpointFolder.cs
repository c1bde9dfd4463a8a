using System.Globalization;
using Microsoft.ML.BlockLlm.Models;

namespace Microsoft.ML.BlockLlm.Training;

/// <summary>
/// The folder of the checkpoints of one training: <c>step-00000120</c> for each of the last, <c>best-00000080</c> for the best, while one is
/// written a folder that ends in <c>.tmp</c>, and while it takes the place of another that one with <c>.old</c> at its end. One training at a time has it.
/// </summary>
internal sealed class CheckpointFolder : IDisposable
{
    private const string LastPrefix = "step-";
    private const string BestPrefix = "best-";
    private const string Unfinished = ".tmp";
    private const string Replaced = ".old";
    private const string LockFile = "training.lock";

    private readonly string _directory;
    private readonly FileStream _lock;

    /// <summary>Takes the folder, making it where it is missing, and cleans away what an interruption left unfinished.</summary>
    /// <exception cref="CheckpointException">The folder cannot be written, or another training has it.</exception>
    public CheckpointFolder(string directory)
    {
        _directory = Path.GetFullPath(directory);
        try
        {
            Directory.CreateDirectory(_directory);
            _lock = new FileStream(Path.Combine(_directory, LockFile), FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            throw new CheckpointException(_directory,
                $"checkpoints cannot be written there, or another training that is running writes its own there ({exception.Message}). Name a folder that can be written and is of this training alone.", exception);
        }

        try
        {
            TidyUp();
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            _lock.Dispose();
            throw new CheckpointException(_directory, $"what an interruption left there cannot be put in order: {exception.Message.TrimEnd('.')}. See to it that the folder can be written.", exception);
        }
    }

    /// <summary>Is told what was just done at each point of writing a checkpoint. Tests end the process there.</summary>
    internal static Action<string> AtWritePoint { get; set; } = _ => { };

    /// <summary>All checkpoints, the latest first.</summary>
    public static IReadOnlyList<string> In(string directory) => Directory.Exists(directory)
        ? [.. Directory.GetDirectories(directory).Where(path => StepOf(path) is not null).OrderByDescending(StepOf).ThenByDescending(path => path, StringComparer.Ordinal)]
        : [];

    /// <summary>All checkpoints of this folder, the latest first.</summary>
    public IReadOnlyList<string> All => In(_directory);

    public static string LastName(long step) => Name(LastPrefix, step);

    public static string BestName(long step) => Name(BestPrefix, step);

    /// <summary>Writes a checkpoint.</summary>
    /// <param name="name">Its name.</param>
    /// <param name="files">Its files.</param>
    /// <param name="manifest">Makes the manifest, which is written last.</param>
    /// <returns>Its path.</returns>
    /// <exception cref="CheckpointException">It cannot be written; those before it are as they were.</exception>
    public string Write(string name, IReadOnlyList<CheckpointPart> files, Func<IReadOnlyList<CheckpointFile>, CheckpointManifest> manifest)
    {
        var beside = Path.Combine(_directory, $"{name}.{Guid.NewGuid():N}{Unfinished}");
        try
        {
            Directory.CreateDirectory(beside);
            AtWritePoint("folder made");
            CheckpointFile[] written = [.. files.Select(file => LinkFile(beside, file) ?? WriteFile(beside, file.Name, file.Write))];
            WriteFile(beside, CheckpointManifest.FileName, stream => stream.Write(manifest(written).ToJson()));
            DirectorySync.Flush(beside);
            AtWritePoint("folder on the disk");
            var place = Path.Combine(_directory, name);
            var replaced = $"{place}{Replaced}";
            if (Directory.Exists(place))
            {
                TryRemove(replaced);
                Directory.Move(place, replaced);
            }

            AtWritePoint("place free");
            Directory.Move(beside, place);
            AtWritePoint("renamed");
            DirectorySync.Flush(_directory);
            TryRemove(replaced);
            return place;
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            TryDelete(beside);
            var needed = files.Where(file => file.Same is null).Sum(file => SizeOf(file.Write));
            throw new CheckpointException(Path.Combine(_directory, name),
                $"the checkpoint cannot be written: {exception.Message.TrimEnd('.')}. It needs {needed:N0} bytes beside what is there{Available()}. Make room or name another folder; the checkpoints before it are as they were.", exception);
        }
    }

    /// <summary>Deletes what need not be kept. What cannot be deleted stays until the next time: the checkpoints to keep are whole all the same.</summary>
    /// <param name="keep">The checkpoints to keep, by name.</param>
    public void KeepOnly(IReadOnlySet<string> keep)
    {
        foreach (var path in All.Where(path => !keep.Contains(Path.GetFileName(path))))
            TryRemove(path);
        foreach (var unfinished in Directory.GetDirectories(_directory, $"*{Unfinished}"))
            TryDelete(unfinished);
        AtWritePoint("old ones deleted");
    }

    public void Dispose() => _lock.Dispose();

    /// <summary>Updates made before a checkpoint, by its name; null where it is none.</summary>
    public static long? StepOf(string path)
    {
        var name = Path.GetFileName(path);
        var isCheckpoint = name.StartsWith(LastPrefix, StringComparison.Ordinal) || name.StartsWith(BestPrefix, StringComparison.Ordinal);
        return isCheckpoint && long.TryParse(name.AsSpan(LastPrefix.Length), NumberStyles.None, CultureInfo.InvariantCulture, out var step) ? step : null;
    }

    public static bool IsBest(string path) => Path.GetFileName(path).StartsWith(BestPrefix, StringComparison.Ordinal);

    private static string Name(string prefix, long step) => string.Create(CultureInfo.InvariantCulture, $"{prefix}{step:D8}");

    /// <summary>Gives a file of an earlier checkpoint, which is on the disk, a second name; null where there is none, or the file system cannot do it.</summary>
    private static CheckpointFile? LinkFile(string folder, CheckpointPart part)
    {
        if (part.Same is not { } same || !HardLink.TryCreate(same.Path, Path.Combine(folder, part.Name)))
            return null;
        AtWritePoint($"{part.Name} linked");
        return same.File;
    }

    private static CheckpointFile WriteFile(string folder, string name, Action<Stream> write)
    {
        using var file = new FileStream(Path.Combine(folder, name), FileMode.CreateNew, FileAccess.Write);
        using var digest = new DigestStream(file, () => AtWritePoint($"part of {name} written"));
        write(digest);
        file.Flush(flushToDisk: true);
        AtWritePoint($"{name} on the disk");
        return new CheckpointFile(name, digest.Length, digest.Digest);
    }

    private static long SizeOf(Action<Stream> write)
    {
        using var count = new DigestStream(null);
        write(count);
        return count.Length;
    }

    private string Available()
    {
        try
        {
            return $", and {new DriveInfo(_directory).AvailableFreeSpace:N0} are free";
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException or ArgumentException)
        {
            return "";
        }
    }

    /// <summary>Puts the folder in order after an interruption.</summary>
    private void TidyUp()
    {
        foreach (var replaced in Directory.GetDirectories(_directory, $"*{Replaced}"))
        {
            var place = replaced[..^Replaced.Length];
            if (StepOf(place) is null)
                continue;
            if (Directory.Exists(place))
                TryRemove(replaced);
            else
                Directory.Move(replaced, place);
        }

        foreach (var unfinished in Directory.GetDirectories(_directory, $"*{Unfinished}"))
            TryDelete(unfinished);
    }

    /// <summary>Deletes a checkpoint, under a name that says so first: half a checkpoint must not look like a whole one.</summary>
    private static void TryRemove(string checkpoint)
    {
        if (!Directory.Exists(checkpoint))
            return;
        var doomed = $"{checkpoint}.{Guid.NewGuid():N}{Unfinished}";
        try
        {
            Directory.Move(checkpoint, doomed);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            return;
        }

        AtWritePoint("old one renamed");
        TryDelete(doomed);
    }

    private static void TryDelete(string folder)
    {
        try
        {
            Directory.Delete(folder, recursive: true);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            // The next training in this folder cleans it away.
        }
    }
}
