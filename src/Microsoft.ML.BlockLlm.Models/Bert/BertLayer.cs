using static TorchSharp.torch;

namespace Microsoft.ML.BlockLlm.Models;

/// <summary>
/// A transformer encoder layer that normalises after each of its two halves (Vaswani and others, 2017, arXiv 1706.03762, section 3.1):
/// <c>[batch, tokens, hidden]</c> to the same.
/// </summary>
internal sealed class BertLayer : Stage
{
    private readonly BertAttention attention;
    private readonly BertIntermediate intermediate;
    private readonly BertOutput output;

    public BertLayer(ParameterSource source, BertConfig config) : base(nameof(BertLayer))
    {
        attention = new BertAttention(source.Under(nameof(attention)), config);
        intermediate = new BertIntermediate(source.Under(nameof(intermediate)), config);
        output = new BertOutput(source.Under(nameof(output)), config, config.IntermediateSize);
        register_module(nameof(attention), attention);
        register_module(nameof(intermediate), intermediate);
        register_module(nameof(output), output);
    }

    public override Tensor forward(Tensor input, TokenBatch batch)
    {
        using var scope = NewDisposeScope();
        var attended = attention.forward(input, batch.AttentionBias);
        return output.forward(intermediate.forward(attended), attended).MoveToOuterDisposeScope();
    }
}

/// <summary>Self-attention, then <see cref="BertOutput"/>.</summary>
internal sealed class BertAttention : nn.Module<Tensor, Tensor?, Tensor>
{
    private readonly BertSelfAttention self;
    private readonly BertOutput output;

    public BertAttention(ParameterSource source, BertConfig config) : base(nameof(BertAttention))
    {
        self = new BertSelfAttention(source.Under(nameof(self)), config);
        output = new BertOutput(source.Under(nameof(output)), config, config.HiddenSize);
        register_module(nameof(self), self);
        register_module(nameof(output), output);
    }

    public override Tensor forward(Tensor input, Tensor? bias) => output.forward(self.forward(input, bias), input);
}

/// <summary>Self-attention of every token to every other, without a projection of what it gives.</summary>
internal sealed class BertSelfAttention : nn.Module<Tensor, Tensor?, Tensor>
{
    private readonly Linear query;
    private readonly Linear key;
    private readonly Linear value;
    private readonly BertConfig _config;

    public BertSelfAttention(ParameterSource source, BertConfig config) : base(nameof(BertSelfAttention))
    {
        var hidden = config.HiddenSize;
        query = new Linear(source.Under(nameof(query)), hidden, hidden);
        key = new Linear(source.Under(nameof(key)), hidden, hidden);
        value = new Linear(source.Under(nameof(value)), hidden, hidden);
        _config = config;
        register_module(nameof(query), query);
        register_module(nameof(key), key);
        register_module(nameof(value), value);
    }

    public override Tensor forward(Tensor input, Tensor? bias)
    {
        using var scope = NewDisposeScope();
        var mixed = AttentionHeads.Attend(
            query.forward(input), key.forward(input), value.forward(input), _config.HeadCount, bias, training ? _config.AttentionDropout : 0);
        return mixed.MoveToOuterDisposeScope();
    }
}

/// <summary>The wide half of the feed-forward block: <c>[batch, tokens, hidden]</c> to <c>[batch, tokens, intermediate]</c>.</summary>
internal sealed class BertIntermediate : nn.Module<Tensor, Tensor>
{
    private readonly Linear dense;
    private readonly string _activation;

    public BertIntermediate(ParameterSource source, BertConfig config) : base(nameof(BertIntermediate))
    {
        dense = new Linear(source.Under(nameof(dense)), config.HiddenSize, config.IntermediateSize);
        _activation = config.HiddenActivation;
        register_module(nameof(dense), dense);
    }

    public override Tensor forward(Tensor input)
    {
        using var scope = NewDisposeScope();
        return Activation.Apply(_activation, dense.forward(input)).MoveToOuterDisposeScope();
    }
}

/// <summary>How either half of a layer ends: LayerNorm(residual + dropout(W·input + b)).</summary>
internal sealed class BertOutput : nn.Module<Tensor, Tensor, Tensor>
{
    private readonly Linear dense;
    private readonly LayerNorm LayerNorm;
    private readonly double _dropout;

    public BertOutput(ParameterSource source, BertConfig config, long inputs) : base(nameof(BertOutput))
    {
        dense = new Linear(source.Under(nameof(dense)), inputs, config.HiddenSize);
        LayerNorm = new LayerNorm(source.Under(nameof(LayerNorm)), config.HiddenSize, config.LayerNormEpsilon);
        _dropout = config.HiddenDropout;
        register_module(nameof(dense), dense);
        register_module(nameof(LayerNorm), LayerNorm);
    }

    public override Tensor forward(Tensor input, Tensor residual)
    {
        using var scope = NewDisposeScope();
        return LayerNorm.forward(residual + nn.functional.dropout(dense.forward(input), _dropout, training)).MoveToOuterDisposeScope();
    }
}
