using System.IO.Compression;
using System.Reflection;

namespace Microsoft.ML;

/// <summary>A zip archive of model streams. Entries are seekable, so they go through temporary files.</summary>
internal abstract class Repository(string tempPath) : IDisposable
{
    protected static string EntryPath(string directory, string name) => Join(directory, name).Replace('\\', '/');

    public static string Join(string directory, string name) => string.IsNullOrEmpty(directory) ? name : directory + "/" + name;

    public abstract void Dispose();

    protected FileStream CreateTemporary() => new(
        Path.Combine(tempPath, "ml_dotnet_" + Path.GetRandomFileName()),
        FileMode.CreateNew, FileAccess.ReadWrite, FileShare.None, 1 << 16, FileOptions.DeleteOnClose);
}

internal sealed class RepositoryWriter : Repository
{
    private readonly ZipArchive _archive;
    private readonly HashSet<string> _paths = [];
    private bool _hasFailed;

    public RepositoryWriter(Stream stream, string tempPath) : base(tempPath)
    {
        _archive = new ZipArchive(stream, ZipArchiveMode.Create, leaveOpen: true);
        string version = typeof(RepositoryWriter).Assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>().InformationalVersion;
        using var entry = CreateEntry("TrainingInfo", "Version.txt");
        using var writer = new StreamWriter(entry.Stream, leaveOpen: true);
        writer.WriteLine(version);
    }

    /// <summary>An entry to write to; it goes into the archive when it is disposed.</summary>
    public Entry CreateEntry(string directory, string name)
    {
        string path = EntryPath(directory, name);
        if (!_paths.Add(path))
            throw new ArgumentOutOfRangeException(nameof(name), $"Duplicate entry: '{path}'");
        return new Entry(this, path, CreateTemporary());
    }

    public override void Dispose() => _archive.Dispose();

    internal sealed class Entry(RepositoryWriter repository, string path, FileStream stream) : IDisposable
    {
        public Stream Stream => stream;

        public void Dispose()
        {
            if (!stream.CanRead)
                return;
            using (stream)
            {
                // What failed once is not tried again while the others are disposed, so that the first failure is what a caller hears of.
                if (repository._hasFailed)
                    return;
                repository._hasFailed = true;
                using (var target = repository._archive.CreateEntry(path).Open())
                {
                    stream.Position = 0;
                    stream.CopyTo(target);
                }
                repository._hasFailed = false;
            }
        }
    }
}

internal sealed class RepositoryReader : Repository
{
    private readonly ZipArchive _archive;
    private readonly Dictionary<string, ZipArchiveEntry> _entries = [];

    public RepositoryReader(Stream stream, string tempPath) : base(tempPath)
    {
        try
        {
            _archive = new ZipArchive(stream, ZipArchiveMode.Read, leaveOpen: true);
        }
        catch (InvalidDataException exception)
        {
            throw new FormatException("Failed to open a zip archive", exception);
        }
        foreach (var entry in _archive.Entries)
            _entries[entry.FullName.Replace('\\', '/')] = entry;
    }

    /// <summary>The entry's content, to be disposed by the caller; null if there is none of this name.</summary>
    public Stream OpenEntryOrNull(string directory, string name)
    {
        if (!_entries.TryGetValue(EntryPath(directory, name), out var entry))
            return null;
        var stream = CreateTemporary();
        using (var source = entry.Open())
            source.CopyTo(stream);
        stream.Position = 0;
        return stream;
    }

    public override void Dispose() => _archive.Dispose();
}
