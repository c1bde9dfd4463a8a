using static TorchSharp.torch;

namespace Microsoft.ML.BlockLlm.Models;

/// <summary>The last token of each row, normalised: <c>[batch, tokens, hidden]</c> to <c>[batch, hidden]</c>.</summary>
internal sealed class LastTokenPooler : Stage
{
    private readonly nn.Module<Tensor, Tensor> norm;

    public LastTokenPooler(nn.Module<Tensor, Tensor> finalNorm) : base(nameof(LastTokenPooler))
    {
        norm = finalNorm;
        register_module(nameof(norm), norm);
    }

    public override Tensor forward(Tensor input, TokenBatch batch)
    {
        using var scope = NewDisposeScope();
        return norm.forward(TokenPoolingStage.LastToken(input, batch)).MoveToOuterDisposeScope();
    }
}
