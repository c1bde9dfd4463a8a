using static TorchSharp.torch;

namespace Microsoft.ML.BlockLlm.Models;

/// <summary>A transformer encoder layer that normalises after each of its two halves, as BERT's: <c>[batch, tokens, hidden]</c> to the same.</summary>
internal sealed class DistilBertLayer : Stage
{
    private readonly DistilBertAttention attention;
    private readonly LayerNorm sa_layer_norm;
    private readonly DistilBertFeedForward ffn;
    private readonly LayerNorm output_layer_norm;

    public DistilBertLayer(ParameterSource source, DistilBertConfig config) : base(nameof(DistilBertLayer))
    {
        attention = new DistilBertAttention(source.Under(nameof(attention)), config);
        sa_layer_norm = new LayerNorm(source.Under(nameof(sa_layer_norm)), config.HiddenSize, DistilBertConfig.LayerNormEpsilon);
        ffn = new DistilBertFeedForward(source.Under(nameof(ffn)), config);
        output_layer_norm = new LayerNorm(source.Under(nameof(output_layer_norm)), config.HiddenSize, DistilBertConfig.LayerNormEpsilon);
        register_module(nameof(attention), attention);
        register_module(nameof(sa_layer_norm), sa_layer_norm);
        register_module(nameof(ffn), ffn);
        register_module(nameof(output_layer_norm), output_layer_norm);
    }

    public override Tensor forward(Tensor input, TokenBatch batch)
    {
        using var scope = NewDisposeScope();
        var attended = sa_layer_norm.forward(input + attention.forward(input, batch.AttentionBias));
        return output_layer_norm.forward(attended + ffn.forward(attended)).MoveToOuterDisposeScope();
    }
}

/// <summary>Self-attention of every token to every other.</summary>
internal sealed class DistilBertAttention : nn.Module<Tensor, Tensor?, Tensor>
{
    private readonly Linear q_lin;
    private readonly Linear k_lin;
    private readonly Linear v_lin;
    private readonly Linear out_lin;
    private readonly DistilBertConfig _config;

    public DistilBertAttention(ParameterSource source, DistilBertConfig config) : base(nameof(DistilBertAttention))
    {
        var hidden = config.HiddenSize;
        q_lin = new Linear(source.Under(nameof(q_lin)), hidden, hidden);
        k_lin = new Linear(source.Under(nameof(k_lin)), hidden, hidden);
        v_lin = new Linear(source.Under(nameof(v_lin)), hidden, hidden);
        out_lin = new Linear(source.Under(nameof(out_lin)), hidden, hidden);
        _config = config;
        register_module(nameof(q_lin), q_lin);
        register_module(nameof(k_lin), k_lin);
        register_module(nameof(v_lin), v_lin);
        register_module(nameof(out_lin), out_lin);
    }

    public override Tensor forward(Tensor input, Tensor? bias)
    {
        using var scope = NewDisposeScope();
        var mixed = AttentionHeads.Attend(
            q_lin.forward(input), k_lin.forward(input), v_lin.forward(input), _config.HeadCount, bias, training ? _config.AttentionDropout : 0);
        return out_lin.forward(mixed).MoveToOuterDisposeScope();
    }
}

/// <summary>The feed-forward block: <c>dropout(W₂·activation(W₁·x + b₁) + b₂)</c>.</summary>
internal sealed class DistilBertFeedForward : nn.Module<Tensor, Tensor>
{
    private readonly Linear lin1;
    private readonly Linear lin2;
    private readonly DistilBertConfig _config;

    public DistilBertFeedForward(ParameterSource source, DistilBertConfig config) : base(nameof(DistilBertFeedForward))
    {
        lin1 = new Linear(source.Under(nameof(lin1)), config.HiddenSize, config.IntermediateSize);
        lin2 = new Linear(source.Under(nameof(lin2)), config.IntermediateSize, config.HiddenSize);
        _config = config;
        register_module(nameof(lin1), lin1);
        register_module(nameof(lin2), lin2);
    }

    public override Tensor forward(Tensor input)
    {
        using var scope = NewDisposeScope();
        var activated = Activation.Apply(_config.HiddenActivation, lin1.forward(input));
        return nn.functional.dropout(lin2.forward(activated), _config.HiddenDropout, training).MoveToOuterDisposeScope();
    }
}
