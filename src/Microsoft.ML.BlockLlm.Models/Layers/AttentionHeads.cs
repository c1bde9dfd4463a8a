using static TorchSharp.torch;

namespace Microsoft.ML.BlockLlm.Models;

/// <summary>
/// Every token's look at every other: softmax(Q Kᵀ / √(head size)) V in each head (Vaswani and others, 2017, arXiv 1706.03762,
/// equation 1 and section 3.2.2).
/// </summary>
internal static class AttentionHeads
{
    /// <summary>Splits the last dimension into heads, attends in each, and joins them again.</summary>
    /// <param name="query"><c>[batch, tokens, size]</c>, as are <paramref name="key"/> and <paramref name="value"/>.</param>
    /// <param name="key">What a query is compared with.</param>
    /// <param name="value">What is mixed.</param>
    /// <param name="heads">Number of heads, a divisor of size.</param>
    /// <param name="bias">Added to the scores, broadcast to <c>[batch, heads, tokens, tokens]</c>: −∞ where a token must not be looked at. Null for nothing.</param>
    /// <param name="dropout">Share of the attention weights that are dropped.</param>
    /// <returns><c>[batch, tokens, size]</c>.</returns>
    public static Tensor Attend(Tensor query, Tensor key, Tensor value, long heads, Tensor? bias, double dropout = 0)
    {
        var mixed = nn.functional.scaled_dot_product_attention(Split(query, heads), Split(key, heads), Split(value, heads), bias?.to_type(query.dtype)!, dropout);
        return mixed.transpose(1, 2).reshape(query.shape);
    }

    private static Tensor Split(Tensor projected, long heads)
    {
        var (batch, tokens, size) = (projected.shape[0], projected.shape[1], projected.shape[2]);
        return projected.view(batch, tokens, heads, size / heads).transpose(1, 2);
    }
}
