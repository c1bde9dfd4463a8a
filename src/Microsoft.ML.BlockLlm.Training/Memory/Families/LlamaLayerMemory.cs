using Microsoft.ML.BlockLlm.Models;

namespace Microsoft.ML.BlockLlm.Training;

/// <summary>A LLaMA layer: RMS normalisation, rotary attention, RMS normalisation, gated feed-forward block.</summary>
internal sealed class LlamaLayerMemory(string name, LlamaConfig config) : StageMemory(name, [.. ParametersOf(name, config)])
{
    private readonly long _hidden = config.HiddenSize;
    private readonly long _feedForward = config.IntermediateSize;
    private readonly long _heads = config.HeadCount;
    private readonly long _queries = QuerySize(config);
    private readonly long _keys = KeySize(config);

    public override ActivationMemory Activations(BatchShape batch, Func<string, bool> isTrained)
    {
        var tokens = batch.Tokens;
        var (hidden, feedForward, queries, keys) = (tokens * _hidden, tokens * _feedForward, tokens * _queries, tokens * _keys);
        var scores = batch.BatchSize * _heads * batch.Length * batch.Length;

        // Normalisation keeps x², 1/rms and, for its weight, x/rms; bmm keeps its operands in its own layout.
        var attention = hidden + tokens + If(isTrained, "input_layernorm", hidden) + QueryKeyValueInput(isTrained, hidden)
            + (3 * queries) + scores + If(isTrained, "self_attn.o_proj", queries);
        var feedForwardBlock = (2 * hidden) + tokens + If(isTrained, "post_attention_layernorm", hidden) + FeedForwardInput(isTrained, hidden)
            + (3 * feedForward) + If(isTrained, "mlp.down_proj", feedForward);

        // The projections, their three steps of rotation, keys and values repeated for the heads that share them.
        var projections = queries + (2 * keys) + (3 * (queries + keys)) + (queries == keys ? 0 : 2 * queries);
        return new ActivationMemory
        {
            Output = NumberSize * hidden,
            Saved = NumberSize * (attention + feedForwardBlock),
            Forward = NumberSize * Math.Max(projections + queries + (2 * hidden), projections + scores - feedForwardBlock),
            // At the gate, then at the softmax, where what the feed-forward block kept is gone.
            Backward = NumberSize * Math.Max(2 * feedForward, (2 * scores) + (3 * queries) + hidden - feedForwardBlock),
        };
    }

    private long QueryKeyValueInput(Func<string, bool> isTrained, long size) =>
        Math.Max(If(isTrained, "self_attn.q_proj", size), Math.Max(If(isTrained, "self_attn.k_proj", size), If(isTrained, "self_attn.v_proj", size)));

    private long FeedForwardInput(Func<string, bool> isTrained, long size) =>
        Math.Max(If(isTrained, "mlp.gate_proj", size), If(isTrained, "mlp.up_proj", size));

    private static long HeadSize(LlamaConfig config) => config.HeadSize ?? config.HiddenSize / config.HeadCount;

    private static long QuerySize(LlamaConfig config) => config.HeadCount * HeadSize(config);

    private static long KeySize(LlamaConfig config) => (config.KeyValueHeadCount ?? config.HeadCount) * HeadSize(config);

    private static IEnumerable<ParameterSize> ParametersOf(string name, LlamaConfig config)
    {
        var (hidden, queries, keys) = (config.HiddenSize, QuerySize(config), KeySize(config));
        var isQwen2 = config is Qwen2Config;
        return
        [
            new($"{name}.input_layernorm.weight", hidden),
            .. Linear($"{name}.self_attn.q_proj", hidden, queries, isQwen2 || config.AttentionBias),
            .. Linear($"{name}.self_attn.k_proj", hidden, keys, isQwen2 || config.AttentionBias),
            .. Linear($"{name}.self_attn.v_proj", hidden, keys, isQwen2 || config.AttentionBias),
            .. Linear($"{name}.self_attn.o_proj", queries, hidden, !isQwen2 && config.AttentionBias),
            new($"{name}.post_attention_layernorm.weight", hidden),
            .. Linear($"{name}.mlp.gate_proj", hidden, config.IntermediateSize, config.FeedForwardBias),
            .. Linear($"{name}.mlp.up_proj", hidden, config.IntermediateSize, config.FeedForwardBias),
            .. Linear($"{name}.mlp.down_proj", config.IntermediateSize, hidden, config.FeedForwardBias),
        ];
    }
}
