using static TorchSharp.torch;

namespace Microsoft.ML.BlockLlm.Models;

/// <summary>Causal self-attention whose queries, keys and values come from one projection: <c>[batch, tokens, hidden]</c> to the same.</summary>
internal sealed class Gpt2Attention : nn.Module<Tensor, TokenBatch, Tensor>
{
    private readonly Conv1D c_attn;
    private readonly Conv1D c_proj;
    private readonly Gpt2Config _config;
    private readonly CausalAttention _attention;

    public Gpt2Attention(ParameterSource source, Gpt2Config config, int layer) : base(nameof(Gpt2Attention))
    {
        _config = config;
        _attention = new CausalAttention(layer);
        c_attn = new Conv1D(source.Under(nameof(c_attn)), config.HiddenSize, 3 * config.HiddenSize);
        c_proj = new Conv1D(source.Under(nameof(c_proj)), config.HiddenSize, config.HiddenSize, Initial.ResidualNormal);
        register_module(nameof(c_attn), c_attn);
        register_module(nameof(c_proj), c_proj);
    }

    public override Tensor forward(Tensor input, TokenBatch batch)
    {
        using var scope = NewDisposeScope();
        var parts = c_attn.forward(input).chunk(3, 2);
        var (query, key, value) = (SplitHeads(parts[0]), SplitHeads(parts[1]), SplitHeads(parts[2]));
        var mixed = _attention.Attend(query, key, value, batch, training ? _config.AttentionDropout : 0);
        return nn.functional.dropout(c_proj.forward(mixed), _config.ResidualDropout, training).MoveToOuterDisposeScope();
    }

    private Tensor SplitHeads(Tensor projected) =>
        projected.view(projected.shape[0], projected.shape[1], _config.HeadCount, _config.HiddenSize / _config.HeadCount);
}
