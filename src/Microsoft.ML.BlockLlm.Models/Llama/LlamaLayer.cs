using static TorchSharp.torch;

namespace Microsoft.ML.BlockLlm.Models;

/// <summary>A transformer layer that normalises before each of its two halves: <c>[batch, tokens, hidden]</c> to the same.</summary>
internal sealed class LlamaLayer : Stage
{
    private readonly RmsNorm input_layernorm;
    private readonly LlamaAttention self_attn;
    private readonly RmsNorm post_attention_layernorm;
    private readonly LlamaFeedForward mlp;

    public LlamaLayer(ParameterSource source, LlamaConfig config, int index, RotaryEmbedding positions) : base(nameof(LlamaLayer))
    {
        input_layernorm = new RmsNorm(source.Under(nameof(input_layernorm)), config.HiddenSize, config.RmsNormEpsilon);
        self_attn = new LlamaAttention(source.Under(nameof(self_attn)), config, index, positions);
        post_attention_layernorm = new RmsNorm(source.Under(nameof(post_attention_layernorm)), config.HiddenSize, config.RmsNormEpsilon);
        mlp = new LlamaFeedForward(source.Under(nameof(mlp)), config);
        register_module(nameof(input_layernorm), input_layernorm);
        register_module(nameof(self_attn), self_attn);
        register_module(nameof(post_attention_layernorm), post_attention_layernorm);
        register_module(nameof(mlp), mlp);
    }

    public override Tensor forward(Tensor input, TokenBatch batch)
    {
        using var scope = NewDisposeScope();
        var attended = input + self_attn.forward(input_layernorm.forward(input), batch);
        return (attended + mlp.forward(post_attention_layernorm.forward(attended))).MoveToOuterDisposeScope();
    }
}
