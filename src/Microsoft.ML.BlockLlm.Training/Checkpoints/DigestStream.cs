using System.Security.Cryptography;

namespace Microsoft.ML.BlockLlm.Training;

/// <summary>Counts and hashes what is written on its way to another stream.</summary>
/// <param name="inner">The other stream, which stays the caller's.</param>
/// <param name="written">Is told after every write.</param>
internal sealed class DigestStream(Stream inner, Action? written = null) : Stream
{
    private readonly IncrementalHash _hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
    private long _length;

    public override bool CanRead => false;

    public override bool CanSeek => false;

    public override bool CanWrite => true;

    public override long Length => _length;

    public override long Position
    {
        get => _length;
        set => throw new NotSupportedException("What is hashed is written front to back.");
    }

    /// <summary>SHA-256 of what was written, in hexadecimal.</summary>
    public string Digest => Convert.ToHexStringLower(_hash.GetCurrentHash());

    public override void Write(ReadOnlySpan<byte> buffer)
    {
        _hash.AppendData(buffer);
        inner.Write(buffer);
        _length += buffer.Length;
        written?.Invoke();
    }

    public override void Write(byte[] buffer, int offset, int count) => Write(buffer.AsSpan(offset, count));

    public override void Flush() => inner.Flush();

    public override int Read(byte[] buffer, int offset, int count) => throw new NotSupportedException("What is hashed is only written.");

    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException("What is hashed is written front to back.");

    public override void SetLength(long value) => throw new NotSupportedException("What is hashed is written front to back.");

    protected override void Dispose(bool disposing)
    {
        if (disposing)
            _hash.Dispose();
        base.Dispose(disposing);
    }
}
