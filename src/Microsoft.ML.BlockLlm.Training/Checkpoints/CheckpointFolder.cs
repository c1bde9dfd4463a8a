using System.Globalization;
using System.Security.Cryptography;
using System.Text.RegularExpressions;
using Microsoft.ML.BlockLlm.Models;

namespace Microsoft.ML.BlockLlm.Training;

/// <summary>
/// The folder of the checkpoints of one training: <c>step-00000120</c> for each of the last, <c>best-00000080</c> for the best, while one is
/// written a folder that ends in <c>.tmp</c>, and while it takes the place of another that one with <c>.old</c> at its end. One training at a time has it.
/// </summary>
/// <remarks>Only what has a name that is made here is ever deleted, and what has that of a checkpoint only if it holds the manifest of one: the folder may hold folders of the user's.</remarks>
internal sealed partial class CheckpointFolder : IDisposable
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
        var place = Path.Combine(_directory, name);
        var beside = Aside(place, Unfinished);
        var replaced = Aside(place, Replaced);
        var linked = new CheckpointFile?[files.Count];
        try
        {
            Directory.CreateDirectory(beside);
            AtWritePoint("folder made");
            foreach (var (i, file) in files.Index())
                linked[i] = LinkFile(beside, file);
            CheckpointFile[] written = [.. files.Zip(linked, (file, link) => link ?? WriteFile(beside, file.Name, file.Write))];
            WriteFile(beside, CheckpointManifest.FileName, stream => stream.Write(manifest(written).ToJson()));
            DirectorySync.Flush(beside);
            AtWritePoint("folder on the disk");
            if (Directory.Exists(place))
                Directory.Move(place, replaced);
            AtWritePoint("place free");
            Directory.Move(beside, place);
            AtWritePoint("renamed");
            DirectorySync.Flush(_directory);
            TryRemove(replaced);
            return place;
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            TryMoveBack(replaced, place);
            TryDelete(beside);
            long?[] lengths = [.. files.Zip(linked, (file, link) => link is null ? DiskSpace.TryBytesOf(file.Write) : 0)];
            var described = manifest([.. files.Zip(linked, (file, link) => link ?? WithoutBytes(file))]);
            var needed = lengths.Aggregate((long?)described.ToJson().Length, (sum, length) => sum + length);
            throw new CheckpointException(place,
                $"the checkpoint cannot be written: {exception.Message.TrimEnd('.')}. {DiskSpace.Explain("It", needed, _directory)} Make room or name another folder; the checkpoints before it are as they were.", exception);
        }
    }

    /// <summary>Deletes what need not be kept. What cannot be deleted stays until the next time: the checkpoints to keep are whole all the same.</summary>
    /// <param name="keep">The checkpoints to keep, by name.</param>
    public void KeepOnly(IReadOnlySet<string> keep)
    {
        foreach (var path in All.Where(path => !keep.Contains(Path.GetFileName(path))))
            TryRemove(path);
        DeleteUnfinished();
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

    /// <summary>What the manifest would say of a file, but for its length and digest.</summary>
    private static CheckpointFile WithoutBytes(CheckpointPart part) => new(part.Name, 0, new string('0', 2 * SHA256.HashSizeInBytes));

    /// <summary>Puts the folder in order after an interruption.</summary>
    private void TidyUp()
    {
        foreach (var replaced in SetAside(Replaced).Where(IsCheckpoint))
        {
            var place = PlaceOf(replaced);
            if (Directory.Exists(place))
                TryRemove(replaced);
            else
                Directory.Move(replaced, place);
        }

        DeleteUnfinished();
    }

    private void DeleteUnfinished()
    {
        foreach (var unfinished in SetAside(Unfinished))
            TryDelete(unfinished);
    }

    private IEnumerable<string> SetAside(string suffix) =>
        Directory.GetDirectories(_directory, $"*{suffix}").Where(path => AsideName().IsMatch(Path.GetFileName(path)));

    /// <summary>A name beside the place of a checkpoint, which nothing else has.</summary>
    private static string Aside(string place, string suffix) => $"{place}.{Guid.NewGuid():N}{suffix}";

    /// <summary>The place of a checkpoint that stands there or aside.</summary>
    private static string PlaceOf(string path) => AsideName().IsMatch(Path.GetFileName(path)) ? path[..^(Unfinished.Length + 33)] : path;

    [GeneratedRegex(@"^(step|best)-[0-9]+\.[0-9a-f]{32}\.(tmp|old)\z", RegexOptions.CultureInvariant)]
    private static partial Regex AsideName();

    private static bool IsCheckpoint(string path) => File.Exists(Path.Combine(path, CheckpointManifest.FileName));

    /// <summary>Deletes a checkpoint, under a name that says so first: half a checkpoint must not look like a whole one.</summary>
    private static void TryRemove(string checkpoint)
    {
        if (!IsCheckpoint(checkpoint))
            return;
        var doomed = Aside(PlaceOf(checkpoint), Unfinished);
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

    /// <summary>Gives a checkpoint its place again, unless another has it.</summary>
    private static void TryMoveBack(string replaced, string place)
    {
        try
        {
            if (Directory.Exists(replaced) && !Directory.Exists(place))
                Directory.Move(replaced, place);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            // The next training in this folder gives it back.
        }
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
