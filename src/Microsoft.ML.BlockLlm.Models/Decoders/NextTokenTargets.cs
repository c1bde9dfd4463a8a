using static TorchSharp.torch;

namespace Microsoft.ML.BlockLlm.Models;

/// <summary>What a language model should predict: at each token, the token after it.</summary>
public static class NextTokenTargets
{
    /// <summary>The target of a token that has none after it; a cross-entropy leaves it out.</summary>
    public const long Ignored = -100;

    /// <summary>The targets for the tokens of a batch.</summary>
    /// <param name="batch">The tokens.</param>
    /// <returns>Token ids, <c>[batch, tokens]</c>, int64: <see cref="Ignored"/> at the last token of each row and on padding. The caller disposes it.</returns>
    public static Tensor Of(TokenBatch batch)
    {
        ArgumentNullException.ThrowIfNull(batch);
        using var scope = NewDisposeScope();
        var ids = batch.AttentionMask is { } mask ? batch.InputIds.masked_fill(mask.logical_not(), Ignored) : batch.InputIds;
        var none = full([batch.BatchSize, 1], Ignored, int64, ids.device);
        return cat([ids.narrow(1, 1, batch.Length - 1), none], 1).MoveToOuterDisposeScope();
    }
}
