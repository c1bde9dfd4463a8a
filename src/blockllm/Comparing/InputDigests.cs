using System.Security.Cryptography;

namespace Microsoft.ML.BlockLlm.Tool;

/// <summary>Says what is in the files that a training reads, so that one that was changed under its name is noticed.</summary>
internal sealed class InputDigests
{
    private readonly Dictionary<(string Path, long Length, DateTime Changed), string> _known = [];

    /// <summary>A line for each file, as <c>sha256sum</c> writes and checks them.</summary>
    /// <exception cref="UsageException">A file is missing.</exception>
    public string Of(IEnumerable<string> paths) => string.Concat(paths.Select(path => $"{DigestOf(path)}  {path}\n"));

    /// <summary>The digest of a file, which is read once more only where its length or time have changed.</summary>
    private string DigestOf(string path)
    {
        var file = new FileInfo(path);
        if (!file.Exists)
            throw new UsageException($"The file '{path}' does not exist.");
        var key = (path, file.Length, file.LastWriteTimeUtc);
        if (!_known.TryGetValue(key, out var digest))
        {
            using var stream = file.OpenRead();
            _known[key] = digest = Convert.ToHexStringLower(SHA256.HashData(stream));
        }

        return digest;
    }
}
