using TorchSharp;

namespace Microsoft.ML.BlockLlm.Models;

/// <summary>Token ids of several texts, padded to one length: what a <see cref="StagedModel"/> takes.</summary>
/// <remarks>The batch owns its tensors and disposes them.</remarks>
public sealed class TokenBatch : IDisposable
{
    /// <summary>Makes a batch from tensors, which it owns from then on.</summary>
    /// <param name="inputIds">Token ids, <c>[batch, tokens]</c>, int64.</param>
    /// <param name="attentionMask">True where there is a token, false on padding: <c>[batch, tokens]</c>, bool. Null if nothing is padded.</param>
    /// <param name="tokenTypeIds">Segment of each token for text pairs, <c>[batch, tokens]</c>, int64. Null if there is one segment.</param>
    /// <exception cref="ArgumentException">A tensor has another shape than <paramref name="inputIds"/>.</exception>
    public TokenBatch(torch.Tensor inputIds, torch.Tensor? attentionMask = null, torch.Tensor? tokenTypeIds = null)
    {
        ArgumentNullException.ThrowIfNull(inputIds);
        if (inputIds.dim() != 2)
            throw new ArgumentException($"inputIds must be [batch, tokens], but has {inputIds.dim()} dimensions.", nameof(inputIds));
        RequireShapeOf(inputIds, attentionMask, nameof(attentionMask));
        RequireShapeOf(inputIds, tokenTypeIds, nameof(tokenTypeIds));
        InputIds = inputIds.DetachFromDisposeScope();
        AttentionMask = attentionMask?.DetachFromDisposeScope();
        TokenTypeIds = tokenTypeIds?.DetachFromDisposeScope();
    }

    /// <summary>Token ids, <c>[batch, tokens]</c>, int64.</summary>
    public torch.Tensor InputIds { get; }

    /// <summary>True where there is a token, <c>[batch, tokens]</c>, bool; null if nothing is padded.</summary>
    public torch.Tensor? AttentionMask { get; }

    /// <summary>Segment of each token, <c>[batch, tokens]</c>, int64; null if there is one segment.</summary>
    public torch.Tensor? TokenTypeIds { get; }

    /// <summary>How many texts the batch holds.</summary>
    public long BatchSize => InputIds.shape[0];

    /// <summary>How many tokens each text is padded to.</summary>
    public long Length => InputIds.shape[1];

    /// <inheritdoc/>
    public void Dispose()
    {
        InputIds.Dispose();
        AttentionMask?.Dispose();
        TokenTypeIds?.Dispose();
    }

    private static void RequireShapeOf(torch.Tensor inputIds, torch.Tensor? other, string name)
    {
        if (other is not null && !other.shape.AsSpan().SequenceEqual(inputIds.shape))
            throw new ArgumentException(
                $"{name} must have the shape of inputIds, [{string.Join(", ", inputIds.shape)}], but is [{string.Join(", ", other.shape)}].", name);
    }
}
