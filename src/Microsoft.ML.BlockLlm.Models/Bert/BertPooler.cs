using static TorchSharp.torch;

namespace Microsoft.ML.BlockLlm.Models;

/// <summary>A dense layer with tanh on the first token, <c>[CLS]</c>: <c>[batch, tokens, hidden]</c> to <c>[batch, hidden]</c>.</summary>
internal sealed class BertPooler : Stage
{
    private readonly Linear dense;

    public BertPooler(ParameterSource source, BertConfig config) : base(nameof(BertPooler))
    {
        dense = new Linear(source.Under(nameof(dense)), config.HiddenSize, config.HiddenSize);
        register_module(nameof(dense), dense);
    }

    public override Tensor forward(Tensor input, TokenBatch batch)
    {
        using var scope = NewDisposeScope();
        return dense.forward(input.select(1, 0)).tanh().MoveToOuterDisposeScope();
    }
}
