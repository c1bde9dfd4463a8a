using TorchSharp;

namespace Microsoft.ML.BlockLlm.Models;

/// <summary>Token ids of several texts, padded to one length: what a <see cref="StagedModel"/> takes.</summary>
/// <remarks>The batch owns its tensors and disposes them.</remarks>
public sealed class TokenBatch : IDisposable
{
    private readonly Dictionary<object, IDisposable> _derived = [];
    private torch.Tensor? _attentionBias;
    private torch.Tensor? _meanWeights;

    /// <summary>Makes a batch from tensors, which it owns from then on.</summary>
    /// <param name="inputIds">Token ids, <c>[batch, tokens]</c>, int64.</param>
    /// <param name="attentionMask">True where there is a token, false on padding: <c>[batch, tokens]</c>, bool. Null if nothing is padded.</param>
    /// <param name="tokenTypeIds">Segment of each token for text pairs, <c>[batch, tokens]</c>, int64. Null if there is one segment.</param>
    /// <param name="positionIds">
    /// Position of each token in its text, <c>[batch, tokens]</c>, int64, for a decoder whose rows hold several texts one after the other: every 0 begins
    /// a text, and the tokens of a text see no other one. Null if a row is one text.
    /// </param>
    /// <exception cref="ArgumentException">A tensor has another shape than <paramref name="inputIds"/>.</exception>
    public TokenBatch(torch.Tensor inputIds, torch.Tensor? attentionMask = null, torch.Tensor? tokenTypeIds = null, torch.Tensor? positionIds = null)
    {
        ArgumentNullException.ThrowIfNull(inputIds);
        if (inputIds.dim() != 2)
            throw new ArgumentException($"inputIds must be [batch, tokens], but has {inputIds.dim()} dimensions.", nameof(inputIds));
        RequireShapeOf(inputIds, attentionMask, nameof(attentionMask));
        RequireShapeOf(inputIds, tokenTypeIds, nameof(tokenTypeIds));
        RequireShapeOf(inputIds, positionIds, nameof(positionIds));
        InputIds = inputIds.DetachFromDisposeScope();
        AttentionMask = attentionMask?.DetachFromDisposeScope();
        TokenTypeIds = tokenTypeIds?.DetachFromDisposeScope();
        PositionIds = positionIds?.DetachFromDisposeScope();
    }

    /// <summary>Token ids, <c>[batch, tokens]</c>, int64.</summary>
    public torch.Tensor InputIds { get; }

    /// <summary>True where there is a token, <c>[batch, tokens]</c>, bool; null if nothing is padded.</summary>
    public torch.Tensor? AttentionMask { get; }

    /// <summary>Segment of each token, <c>[batch, tokens]</c>, int64; null if there is one segment.</summary>
    public torch.Tensor? TokenTypeIds { get; }

    /// <summary>Position of each token in its text, <c>[batch, tokens]</c>, int64, where rows hold several texts; null if a row is one text.</summary>
    public torch.Tensor? PositionIds { get; }

    /// <summary>How many rows the batch holds. A sentence encoder's batch of text pairs has two for each pair: all first texts, then all second ones.</summary>
    public long BatchSize => InputIds.shape[0];

    /// <summary>How many tokens each text is padded to.</summary>
    public long Length => InputIds.shape[1];

    /// <summary>Keys and values of the tokens before these, for a decoder that goes on with a text; null if these are the first.</summary>
    internal KeyValueCache? Cache { get; init; }

    /// <summary>Position of the first token of each row.</summary>
    internal long FirstPosition => Cache?.Length ?? 0;

    /// <summary>What attention adds to its scores, <c>[batch, 1, 1, tokens]</c>: 0 for tokens, −∞ for padding. Null if nothing is padded.</summary>
    internal torch.Tensor? AttentionBias => _attentionBias ??= AttentionMask is null ? null : BiasOf(AttentionMask);

    /// <summary>What tokens weigh in their row's mean, <c>[batch, 1, tokens]</c>: 1/count for tokens, 0 for padding. Null if nothing is padded.</summary>
    internal torch.Tensor? MeanWeights => _meanWeights ??= AttentionMask is null ? null : MeanWeightsOf(AttentionMask);

    /// <summary>What a model's layers share for this batch, such as a mask or the rotations of its positions: made once, and disposed with the batch.</summary>
    /// <param name="key">Who asks for what.</param>
    /// <param name="make">Makes it, outside of any dispose scope.</param>
    internal T Derived<T>(object key, Func<TokenBatch, T> make) where T : class, IDisposable
    {
        if (_derived.TryGetValue(key, out var found))
            return (T)found;
        var made = make(this);
        _derived.Add(key, made);
        return made;
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        foreach (var derived in _derived.Values)
            derived.Dispose();
        _attentionBias?.Dispose();
        _meanWeights?.Dispose();
        InputIds.Dispose();
        AttentionMask?.Dispose();
        TokenTypeIds?.Dispose();
        PositionIds?.Dispose();
    }

    private static torch.Tensor BiasOf(torch.Tensor mask)
    {
        using var scope = torch.NewDisposeScope();
        var bias = torch.zeros(mask.shape, torch.float32, mask.device).masked_fill(mask.logical_not(), float.NegativeInfinity);
        return bias.view(mask.shape[0], 1, 1, mask.shape[1]).DetachFromDisposeScope();
    }

    private static torch.Tensor MeanWeightsOf(torch.Tensor mask)
    {
        using var scope = torch.NewDisposeScope();
        var counts = mask.to_type(torch.float32);
        return (counts / counts.sum(1, keepdim: true)).unsqueeze(1).DetachFromDisposeScope();
    }

    private static void RequireShapeOf(torch.Tensor inputIds, torch.Tensor? other, string name)
    {
        if (other is not null && !other.shape.AsSpan().SequenceEqual(inputIds.shape))
            throw new ArgumentException(
                $"{name} must have the shape of inputIds, [{string.Join(", ", inputIds.shape)}], but is [{string.Join(", ", other.shape)}].", name);
    }
}
