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
            _ => throw new InvalidOperationException($"{pooling} pooling has parameters."),
        };
        return pooled.MoveToOuterDisposeScope();
    }

    /// <summary>The mean over a row's tokens, without its padding.</summary>
    public static Tensor Mean(Tensor input, TokenBatch batch) =>
        batch.MeanWeights is { } weights ? weights.bmm(input).squeeze(1) : input.mean([1]);
}
