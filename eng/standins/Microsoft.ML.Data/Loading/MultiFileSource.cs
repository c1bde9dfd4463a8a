using Microsoft.ML.Runtime;

namespace Microsoft.ML.Data;

/// <summary>A number of streams, such as the files of a data set.</summary>
public interface IMultiStreamSource
{
    int Count { get; }

    string GetPathOrNull(int index);

    Stream Open(int index);

    TextReader OpenTextReader(int index);
}

/// <summary>Files read one after the other. A path may have wildcards in its last part.</summary>
public sealed class MultiFileSource : IMultiStreamSource
{
    private readonly string[] _paths;

    public MultiFileSource(params string[] paths) => _paths = (paths ?? []).Where(path => path != null).SelectMany(Expand).ToArray();

    public int Count => _paths.Length;

    public string GetPathOrNull(int index)
    {
        Contracts.CheckParam(index >= 0 && index < Count, nameof(index), $"There are {Count} files.");
        return _paths[index];
    }

    public Stream Open(int index)
    {
        string path = GetPathOrNull(index);
        try
        {
            return File.OpenRead(path);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            throw new IOException($"Could not open file '{path}'. Error is: {exception.Message}", exception);
        }
    }

    public TextReader OpenTextReader(int index) => new StreamReader(Open(index));

    private static IEnumerable<string> Expand(string path)
    {
        string name = Path.GetFileName(path);
        if (!name.Contains('*') && !name.Contains('?'))
            return [path];
        string directory = Path.GetDirectoryName(path);
        return Directory.GetFiles(string.IsNullOrEmpty(directory) ? "." : directory, name).Order(StringComparer.Ordinal);
    }
}
