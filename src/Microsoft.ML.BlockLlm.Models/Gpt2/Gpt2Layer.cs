using static TorchSharp.torch;

namespace Microsoft.ML.BlockLlm.Models;

/// <summary>A transformer layer that normalises before each of its two halves: <c>[batch, tokens, hidden]</c> to the same.</summary>
internal sealed class Gpt2Layer : Stage
{
    private readonly LayerNorm ln_1;
    private readonly Gpt2Attention attn;
    private readonly LayerNorm ln_2;
    private readonly Gpt2FeedForward mlp;

    public Gpt2Layer(ParameterSource source, Gpt2Config config, int index) : base(nameof(Gpt2Layer))
    {
        ln_1 = new LayerNorm(source.Under(nameof(ln_1)), config.HiddenSize, config.LayerNormEpsilon);
        attn = new Gpt2Attention(source.Under(nameof(attn)), config, index);
        ln_2 = new LayerNorm(source.Under(nameof(ln_2)), config.HiddenSize, config.LayerNormEpsilon);
        mlp = new Gpt2FeedForward(source.Under(nameof(mlp)), config);
        register_module(nameof(ln_1), ln_1);
        register_module(nameof(attn), attn);
        register_module(nameof(ln_2), ln_2);
        register_module(nameof(mlp), mlp);
    }

    public override Tensor forward(Tensor input, TokenBatch batch)
    {
        using var scope = NewDisposeScope();
        var attended = input + attn.forward(ln_1.forward(input), batch);
        return (attended + mlp.forward(ln_2.forward(attended))).MoveToOuterDisposeScope();
    }
}
