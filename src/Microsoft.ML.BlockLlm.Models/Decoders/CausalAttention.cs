using static TorchSharp.torch;

namespace Microsoft.ML.BlockLlm.Models;

/// <summary>
/// Attention of every token to itself and those before it (Vaswani and others, 2017, arXiv 1706.03762, section 3.2.3), optionally to no more
/// than the last <paramref name="window"/> of them (Beltagy and others, 2020, arXiv 2004.05150).
/// </summary>
/// <param name="layer">Index of the layer, under which its keys and values are kept.</param>
/// <param name="window">How many tokens, itself included, a token sees; null for all before it.</param>
internal sealed class CausalAttention(int layer, int? window = null)
{
    private readonly (Type, int?) _maskKey = (typeof(CausalMask), window);

    /// <summary>softmax(QKᵀ/√d)V of the tokens of a batch.</summary>
    /// <param name="query"><c>[batch, tokens, heads, d]</c>.</param>
    /// <param name="key"><c>[batch, tokens, key heads, d]</c>; each is shared by heads / key heads consecutive heads.</param>
    /// <param name="value"><c>[batch, tokens, key heads, d]</c>.</param>
    /// <param name="batch">The tokens.</param>
    /// <param name="dropout">Share of the attention weights that are dropped.</param>
    /// <param name="turnKeys">Puts positions into all keys, those of earlier tokens included, <c>[batch, key heads, tokens, d]</c>. Null if they have them already.</param>
    /// <returns><c>[batch, tokens, heads · d]</c>.</returns>
    public Tensor Attend(Tensor query, Tensor key, Tensor value, TokenBatch batch, double dropout = 0, Func<Tensor, Tensor>? turnKeys = null)
    {
        var (queries, keys, values) = (query.transpose(1, 2), key.transpose(1, 2), value.transpose(1, 2));
        if (batch.Cache is { } cache)
            (keys, values) = cache.Append(layer, keys, values);
        keys = turnKeys?.Invoke(keys) ?? keys;
        var mask = batch.Derived(_maskKey, tokens => CausalMask.For(tokens, window));
        var groupSize = query.shape[2] / key.shape[2];
        // The heads that share a key are rows of one product where each has one token; else keys and values are repeated.
        if (batch.Length == 1)
            queries = queries.reshape(query.shape[0], key.shape[2], groupSize, query.shape[3]);
        else if (groupSize > 1)
            (keys, values) = (keys.repeat_interleave(groupSize, 1), values.repeat_interleave(groupSize, 1));
        var mixed = nn.functional.scaled_dot_product_attention(queries, keys, values, mask.Bias?.to_type(query.dtype)!, dropout, mask.IsPlainCausal);
        return mixed.view(query.shape[0], query.shape[2], query.shape[1], query.shape[3]).transpose(1, 2)
            .reshape(query.shape[0], query.shape[1], query.shape[2] * query.shape[3]);
    }
}
