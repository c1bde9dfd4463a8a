using Microsoft.ML.BlockLlm.Models;

namespace Microsoft.ML.BlockLlm.Training;

/// <summary>A LLaMA layer: RMS normalisation, rotary attention, RMS normalisation, gated feed-forward block.</summary>
internal sealed class LlamaLayerMemory(string name, LlamaConfig config) : StageMemory(name, [.. ParametersOf(name, config)])
{
    public override ActivationMemory Activations(BatchShape batch, Func<string, bool> isTrained, long numberSize)
    {
        var tokens = batch.Tokens;
        var (hidden, feedForward, keys) = (tokens * config.HiddenSize, tokens * config.IntermediateSize, tokens * KeySize(config));
        var attention = AttentionMemory.Of(batch, config.HeadCount, QuerySize(config), config.AttentionDropout);
        var queries = attention.Queries;

        // Normalisation keeps 1/rms, for its weight x/rms, and x in 32-bit floats if it came in fewer bits; a projection keeps its input for its weight.
        var first = new LayerHalf(
            tokens + Widened(hidden, numberSize) + If(isTrained, "input_layernorm", hidden) + QueryKeyValueInput(isTrained, hidden) + attention.Saved + If(isTrained, "self_attn.o_proj", queries),
            // Turned queries and keys, values, and both of these repeated for the heads that share them.
            queries + (2 * keys) + (queries == keys ? 0 : 2 * queries) + attention.Forward,
            attention.Backward + hidden);
        // The gate before and after its activation, what it lets through or not, and their product.
        var second = new LayerHalf(
            hidden + tokens + Widened(hidden, numberSize) + If(isTrained, "post_attention_layernorm", hidden) + FeedForwardInput(isTrained, hidden) + (3 * feedForward) + If(isTrained, "mlp.down_proj", feedForward),
            2 * hidden,
            2 * feedForward);
        return LayerHalf.Layer(numberSize, hidden, first, second);
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
