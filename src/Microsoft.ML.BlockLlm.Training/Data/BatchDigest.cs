using System.Security.Cryptography;
using static TorchSharp.torch;

namespace Microsoft.ML.BlockLlm.Training;

/// <summary>SHA-256 over the content of batches, by which data is known again.</summary>
internal sealed class BatchDigest : IDisposable
{
    private readonly IncrementalHash _hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);

    /// <summary>That of all batches so far, in hexadecimal.</summary>
    public string Value => Convert.ToHexStringLower(_hash.GetCurrentHash());

    /// <summary>Adds a batch, which stays the caller's.</summary>
    public void Add(TrainingBatch batch)
    {
        Append(batch.Tokens.InputIds);
        Append(batch.Targets);
        AppendOptional(1, batch.Tokens.AttentionMask);
        AppendOptional(2, batch.Tokens.TokenTypeIds);
        AppendOptional(3, batch.Tokens.PositionIds);
    }

    public void Dispose() => _hash.Dispose();

    // The number tells which it is, where another is missing.
    private void AppendOptional(byte number, Tensor? tensor)
    {
        if (tensor is null)
            return;
        _hash.AppendData([number]);
        Append(tensor);
    }

    private void Append(Tensor tensor)
    {
        using var scope = NewDisposeScope();
        _hash.AppendData(tensor.cpu().contiguous().bytes);
    }
}
