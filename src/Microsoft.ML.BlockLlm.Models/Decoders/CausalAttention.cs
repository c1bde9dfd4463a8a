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
    /// <returns><c>[batch, tokens, heads · d]</c>.</returns>
    public Tensor Attend(Tensor query, Tensor key, Tensor value, TokenBatch batch)
    {
        var (keys, values) = (key.transpose(1, 2), value.transpose(1, 2));
        if (batch.Cache is { } cache)
            (keys, values) = cache.Append(layer, keys, values);
        var groupSize = query.shape[2] / key.shape[2];
        var mask = batch.Derived(_maskKey, tokens => CausalMask.For(tokens, window));
        var mixed = nn.functional.scaled_dot_product_attention(
            query.transpose(1, 2), Shared(keys, groupSize), Shared(values, groupSize), mask.Bias!, is_casual: mask.IsPlainCausal);
        return mixed.transpose(1, 2).reshape(query.shape[0], query.shape[1], query.shape[2] * query.shape[3]);
    }

    private static Tensor Shared(Tensor heads, long groupSize) => groupSize == 1 ? heads : heads.repeat_interleave(groupSize, 1);
}
