using static TorchSharp.torch;

namespace Microsoft.ML.BlockLlm.Models;

/// <summary>Pools without parameters: <c>[batch, tokens, hidden]</c> to <c>[batch, hidden]</c>.</summary>
internal sealed class TokenPoolingStage(TokenPooling pooling) : Stage(nameof(TokenPoolingStage))
{
    public override Tensor forward(Tensor input, TokenBatch batch)
    {
        using var scope = NewDisposeScope();
        var pooled = pooling switch
        {
            TokenPooling.Mean => Mean(input, batch),
            TokenPooling.FirstToken => input.select(1, 0),
            TokenPooling.LastToken => LastToken(input, batch),
            _ => throw new InvalidOperationException($"{pooling} pooling has parameters."),
        };
        return pooled.MoveToOuterDisposeScope();
    }

    /// <summary>The mean over a row's tokens, without its padding.</summary>
    public static Tensor Mean(Tensor input, TokenBatch batch) =>
        batch.MeanWeights is { } weights ? weights.to_type(input.dtype).bmm(input).squeeze(1) : input.mean([1]);

    /// <summary>The last token of each row, without its padding.</summary>
    public static Tensor LastToken(Tensor input, TokenBatch batch)
    {
        if (batch.AttentionMask is not { } mask)
            return input.select(1, batch.Length - 1);
        var positions = arange(1, batch.Length + 1, int64, input.device);
        var last = (mask.to_type(int64) * positions).argmax(1);
        var rows = arange(0, batch.BatchSize, int64, input.device) * batch.Length + last;
        return input.reshape(-1, input.shape[2]).index_select(0, rows);
    }
}
