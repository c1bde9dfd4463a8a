using static TorchSharp.torch;

namespace Microsoft.ML.BlockLlm.Models;

/// <summary>
/// A transformer layer that normalises before each of its two halves: <c>[batch, tokens, width]</c> to <c>[batch, tokens, hidden]</c>.
/// Where the widths differ, as in the first layer, the residual is projected.
/// </summary>
internal sealed class UseLiteLayer : Stage
{
    private readonly LayerNorm attention_norm;
    private readonly MultiHeadAttention attention;
    private readonly Linear? residual;
    private readonly LayerNorm feed_forward_norm;
    private readonly Linear intermediate;
    private readonly Linear output;

    public UseLiteLayer(ParameterSource source, UseLiteConfig config, long width) : base(nameof(UseLiteLayer))
    {
        var hidden = config.HiddenSize;
        attention_norm = new LayerNorm(source.Under(nameof(attention_norm)), width, config.LayerNormEpsilon);
        attention = new MultiHeadAttention(source.Under(nameof(attention)), width, hidden, config.HeadCount);
        residual = width == hidden ? null : new Linear(source.Under(nameof(residual)), width, hidden);
        feed_forward_norm = new LayerNorm(source.Under(nameof(feed_forward_norm)), hidden, config.LayerNormEpsilon);
        intermediate = new Linear(source.Under(nameof(intermediate)), hidden, config.IntermediateSize);
        output = new Linear(source.Under(nameof(output)), config.IntermediateSize, hidden);
        register_module(nameof(attention_norm), attention_norm);
        register_module(nameof(attention), attention);
        if (residual is not null)
            register_module(nameof(residual), residual);
        register_module(nameof(feed_forward_norm), feed_forward_norm);
        register_module(nameof(intermediate), intermediate);
        register_module(nameof(output), output);
    }

    public override Tensor forward(Tensor input, TokenBatch batch)
    {
        using var scope = NewDisposeScope();
        var attended = attention.forward(attention_norm.forward(input), batch.AttentionBias);
        var hidden = (residual?.forward(input) ?? input) + attended;
        var activated = nn.functional.relu(intermediate.forward(feed_forward_norm.forward(hidden)));
        return (hidden + output.forward(activated)).MoveToOuterDisposeScope();
    }
}
