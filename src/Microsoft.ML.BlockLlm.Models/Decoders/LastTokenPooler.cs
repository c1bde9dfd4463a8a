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
        return norm.forward(LastTokens(input, batch)).MoveToOuterDisposeScope();
    }

    private static Tensor LastTokens(Tensor input, TokenBatch batch)
    {
        if (batch.AttentionMask is not { } mask)
            return input.select(1, batch.Length - 1);
        var positions = arange(1, batch.Length + 1, int64, input.device);
        var last = (mask.to_type(int64) * positions).argmax(1);
        var rows = arange(0, batch.BatchSize, int64, input.device) * batch.Length + last;
        return input.reshape(-1, input.shape[2]).index_select(0, rows);
    }
}
