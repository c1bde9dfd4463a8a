using static TorchSharp.torch;

namespace Microsoft.ML.BlockLlm.Models;

/// <summary>
/// Self-attention of every token to every other (Vaswani and others, 2017, arXiv 1706.03762, equation 1 and section 3.2.2):
/// <c>[batch, tokens, inputs]</c> to <c>[batch, tokens, outputs]</c>, the scores scaled by 1/√(head size).
/// </summary>
internal sealed class MultiHeadAttention : nn.Module<Tensor, Tensor?, Tensor>
{
    private readonly Linear query;
    private readonly Linear key;
    private readonly Linear value;
    private readonly Linear output;
    private readonly long _heads;

    public MultiHeadAttention(ParameterSource source, long inputs, long outputs, long heads) : base(nameof(MultiHeadAttention))
    {
        query = new Linear(source.Under(nameof(query)), inputs, inputs);
        key = new Linear(source.Under(nameof(key)), inputs, inputs);
        value = new Linear(source.Under(nameof(value)), inputs, inputs);
        output = new Linear(source.Under(nameof(output)), inputs, outputs);
        _heads = heads;
        register_module(nameof(query), query);
        register_module(nameof(key), key);
        register_module(nameof(value), value);
        register_module(nameof(output), output);
    }

    /// <param name="input"><c>[batch, tokens, inputs]</c>.</param>
    /// <param name="bias">Added to the scores, broadcast to <c>[batch, heads, tokens, tokens]</c>: −∞ where a token must not be looked at. Null for nothing.</param>
    public override Tensor forward(Tensor input, Tensor? bias)
    {
        var mixed = nn.functional.scaled_dot_product_attention(
            SplitHeads(query.forward(input)), SplitHeads(key.forward(input)), SplitHeads(value.forward(input)), bias!);
        return output.forward(mixed.transpose(1, 2).reshape(input.shape));
    }

    private Tensor SplitHeads(Tensor projected)
    {
        var (batch, tokens, size) = (projected.shape[0], projected.shape[1], projected.shape[2]);
        return projected.view(batch, tokens, _heads, size / _heads).transpose(1, 2);
    }
}
