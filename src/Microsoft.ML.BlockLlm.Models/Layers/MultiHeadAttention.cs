using static TorchSharp.torch;

namespace Microsoft.ML.BlockLlm.Models;

/// <summary>
/// Self-attention of every token to every other (<see cref="AttentionHeads"/>): <c>[batch, tokens, inputs]</c> to
/// <c>[batch, tokens, outputs]</c>.
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
        using var scope = NewDisposeScope();
        return output.forward(AttentionHeads.Attend(query.forward(input), key.forward(input), value.forward(input), _heads, bias)).MoveToOuterDisposeScope();
    }
}
