using static TorchSharp.torch;

namespace Microsoft.ML.BlockLlm.Models;

/// <summary>The mean over the tokens and a dense layer with tanh: <c>[batch, tokens, hidden]</c> to <c>[batch, hidden]</c>.</summary>
internal sealed class UseLitePooler : Stage
{
    private readonly Linear dense;

    public UseLitePooler(ParameterSource source, UseLiteConfig config) : base(nameof(UseLitePooler))
    {
        dense = new Linear(source.Under(nameof(dense)), config.HiddenSize, config.HiddenSize);
        register_module(nameof(dense), dense);
    }

    public override Tensor forward(Tensor input, TokenBatch batch)
    {
        using var scope = NewDisposeScope();
        return dense.forward(TokenPoolingStage.Mean(input, batch)).tanh().MoveToOuterDisposeScope();
    }
}
