using static TorchSharp.torch;

namespace Microsoft.ML.BlockLlm.Models;

/// <summary>
/// Causal self-attention with rotary positions, in which several query heads share one head of keys and values
/// (Ainslie and others, 2023, arXiv 2305.13245): <c>[batch, tokens, hidden]</c> to the same.
/// </summary>
internal sealed class LlamaAttention : nn.Module<Tensor, TokenBatch, Tensor>
{
    private readonly Linear q_proj;
    private readonly Linear k_proj;
    private readonly Linear v_proj;
    private readonly Linear o_proj;
    private readonly long _headSize;
    private readonly double _dropout;
    private readonly RotaryEmbedding _positions;
    private readonly CausalAttention _attention;

    public LlamaAttention(ParameterSource source, LlamaConfig config, int layer, RotaryEmbedding positions) : base(nameof(LlamaAttention))
    {
        _headSize = config.HeadWidth;
        _dropout = config.AttentionDropout;
        _positions = positions;
        _attention = new CausalAttention(layer, config.WindowOf(layer));
        var (queries, keys) = (config.HeadCount * _headSize, config.KeyValueHeads * _headSize);
        q_proj = new Linear(source.Under(nameof(q_proj)), config.HiddenSize, queries, config.HasQueryKeyValueBias);
        k_proj = new Linear(source.Under(nameof(k_proj)), config.HiddenSize, keys, config.HasQueryKeyValueBias);
        v_proj = new Linear(source.Under(nameof(v_proj)), config.HiddenSize, keys, config.HasQueryKeyValueBias);
        o_proj = new Linear(source.Under(nameof(o_proj)), queries, config.HiddenSize, config.HasAttentionOutputBias);
        register_module(nameof(q_proj), q_proj);
        register_module(nameof(k_proj), k_proj);
        register_module(nameof(v_proj), v_proj);
        register_module(nameof(o_proj), o_proj);
    }

    public override Tensor forward(Tensor input, TokenBatch batch)
    {
        using var scope = NewDisposeScope();
        var (query, key, value) = (Rotated(q_proj, input, batch), Key(input, batch), SplitHeads(v_proj.forward(input)));
        var mixed = _attention.Attend(query, key, value, batch, training ? _dropout : 0, TurnsKeysAnew(batch) ? keys => _positions.ApplyFromStart(keys, batch) : null);
        return o_proj.forward(mixed).MoveToOuterDisposeScope();
    }

    private Tensor Key(Tensor input, TokenBatch batch) => TurnsKeysAnew(batch) ? SplitHeads(k_proj.forward(input)) : Rotated(k_proj, input, batch);

    private Tensor Rotated(Linear projection, Tensor input, TokenBatch batch)
    {
        using var scope = NewDisposeScope();
        return _positions.Apply(SplitHeads(projection.forward(input)), batch).MoveToOuterDisposeScope();
    }

    // Where a text's length decides how its keys turn, the cache keeps them as they were before.
    private bool TurnsKeysAnew(TokenBatch batch) => batch.Cache is not null && _positions.DependOnLength;

    private Tensor SplitHeads(Tensor projected) => projected.view(projected.shape[0], projected.shape[1], -1, _headSize);
}
