using static TorchSharp.torch;

namespace Microsoft.ML.BlockLlm.Training;

/// <summary>The loss and accuracy of predicting one class for each target: of an example for a classifier, the next token for a language model.</summary>
public static class CrossEntropy
{
    /// <summary>
    /// Mean cross-entropy between logits and class indices, in 32-bit floats; targets of <see cref="TrainingBatch.IgnoredTarget"/> do not count.
    /// </summary>
    /// <param name="logits">Logits, <c>[…, classes]</c>.</param>
    /// <param name="batch">The batch; its targets are class indices, <c>[…]</c>, int64.</param>
    /// <returns>The loss, a scalar.</returns>
    public static Tensor Loss(Tensor logits, TrainingBatch batch)
    {
        ArgumentNullException.ThrowIfNull(logits);
        ArgumentNullException.ThrowIfNull(batch);
        using var scope = NewDisposeScope();
        var rows = logits.view(-1, logits.shape[^1]).to(ScalarType.Float32);
        return nn.functional.cross_entropy(rows, batch.Targets.view(-1), ignore_index: TrainingBatch.IgnoredTarget)
            .MoveToOuterDisposeScope();
    }

    /// <summary>How many targets have the largest logit.</summary>
    /// <param name="logits">Logits, <c>[…, classes]</c>.</param>
    /// <param name="batch">The batch; its targets are class indices, <c>[…]</c>, int64.</param>
    /// <returns>The number, an int64 scalar.</returns>
    public static Tensor CountCorrect(Tensor logits, TrainingBatch batch)
    {
        ArgumentNullException.ThrowIfNull(logits);
        ArgumentNullException.ThrowIfNull(batch);
        using var scope = NewDisposeScope();
        using var withoutGraph = no_grad();
        // The first of the largest, as argmax gives it, but a few times as fast on a processor.
        var (_, largest) = logits.max(-1);
        return largest.eq(batch.Targets).sum().MoveToOuterDisposeScope();
    }
}
