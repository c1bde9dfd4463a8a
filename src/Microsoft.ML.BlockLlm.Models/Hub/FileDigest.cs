using System.Security.Cryptography;
using System.Text;

namespace Microsoft.ML.BlockLlm.Models;

/// <summary>What a hub says a file's content must hash to: SHA-256 for large files, the id of a git blob for others.</summary>
internal sealed class FileDigest
{
    private readonly string _expected;

    private FileDigest(string expected) => _expected = expected;

    /// <summary>Reads an entity tag; null if it is no digest.</summary>
    public static FileDigest? FromEntityTag(string? tag)
    {
        var text = tag?.Replace("W/", "", StringComparison.Ordinal).Trim('"').ToLowerInvariant() ?? "";
        var isDigest = text.Length is SHA256.HashSizeInBytes * 2 or SHA1.HashSizeInBytes * 2 && text.All(char.IsAsciiHexDigit);
        return isDigest ? new FileDigest(text) : null;
    }

    /// <summary>The digest in hexadecimal digits.</summary>
    public override string ToString() => _expected;

    /// <summary>Whether a file has this digest.</summary>
    public bool Matches(string path)
    {
        using var stream = File.OpenRead(path);
        var isBlob = _expected.Length == SHA1.HashSizeInBytes * 2;
        using var hash = IncrementalHash.CreateHash(isBlob ? HashAlgorithmName.SHA1 : HashAlgorithmName.SHA256);
        if (isBlob)
            hash.AppendData(Encoding.ASCII.GetBytes($"blob {stream.Length}\0"));
        var buffer = new byte[1 << 20];
        for (int count; (count = stream.Read(buffer)) > 0;)
            hash.AppendData(buffer, 0, count);
        return Convert.ToHexStringLower(hash.GetHashAndReset()) == _expected;
    }
}
