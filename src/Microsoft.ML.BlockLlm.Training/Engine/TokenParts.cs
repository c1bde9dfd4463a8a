using Microsoft.ML.BlockLlm.Models;
using static TorchSharp.torch;

namespace Microsoft.ML.BlockLlm.Training;

/// <summary>Cuts the tokens of a batch, as one row, into parts.</summary>
internal static class TokenParts
{
    /// <summary>Tokens of a part, so that a part has no more logits than wanted; null if the head is to run on all tokens at once.</summary>
    public static long? Length(Stage head, TrainingBatch batch, long maxLogits)
    {
        var ids = batch.Tokens.InputIds;
        return head is ITokenwiseHead { OutputSize: var size } && batch.HasClassTargets && batch.Targets.shape.AsSpan().SequenceEqual(ids.shape) && ids.numel() * size > maxLogits
            ? Math.Max(1, maxLogits / size)
            : null;
    }

    /// <summary>The parts that have a target.</summary>
    /// <param name="hidden">What goes into the head, <c>[batch, tokens, hidden]</c>.</param>
    /// <param name="batch">The batch.</param>
    /// <param name="length">Tokens of a part.</param>
    /// <returns>Input of the head <c>[1, part, hidden]</c>, index of its first token, and its targets; disposed when the next is asked for.</returns>
    public static IEnumerable<(Tensor Hidden, long Start, TrainingBatch Part)> Of(Tensor hidden, TrainingBatch batch, long length)
    {
        var tokens = batch.Tokens.InputIds.numel();
        for (long start = 0; start < tokens; start += length)
        {
            using var scope = NewDisposeScope();
            var count = Math.Min(length, tokens - start);
            var targets = Cut(batch.Targets);
            if (!targets.ne(TrainingBatch.IgnoredTarget).any().item<bool>())
                continue;
            using var part = new TrainingBatch(new TokenBatch(Cut(batch.Tokens.InputIds)), targets);
            using var rows = hidden.reshape(1, tokens, -1).narrow(1, start, count).detach();
            yield return (rows, start, part);

            Tensor Cut(Tensor whole) => whole.reshape(1, -1).narrow(1, start, count);
        }
    }
}
