using static TorchSharp.torch;

namespace Microsoft.ML.BlockLlm.Training;

/// <summary>
/// The mean cross-entropy of <see cref="CrossEntropy.Loss"/> and its gradient by the logits, softmax(logits) less one at the target, written down without a graph. Some rows at a time, so that
/// their 32-bit log-probabilities stay in the processor's cache and never exist whole, though the vocabulary be large.
/// </summary>
internal static class CrossEntropyGradient
{
    /// <summary>Log-probabilities at once: 4 MiB.</summary>
    public const long MaxNumbers = 1 << 20;

    /// <param name="logits">Logits, <c>[…, classes]</c>.</param>
    /// <param name="batch">The batch; its targets are class indices, <c>[…]</c>, int64.</param>
    /// <param name="scale">What the gradient is multiplied with; null for the loss alone.</param>
    /// <returns>The loss, and the gradient in shape and type of the logits.</returns>
    public static (double Loss, Tensor? Gradient) Of(Tensor logits, TrainingBatch batch, double? scale)
    {
        using var scope = NewDisposeScope();
        using var withoutGraph = no_grad();
        var rows = logits.view(-1, logits.shape[^1]);
        var counts = batch.Targets.view(-1).ne(TrainingBatch.IgnoredTarget);
        var targets = batch.Targets.view(-1).mul(counts).unsqueeze(1);
        var weights = counts.to_type(ScalarType.Float32).unsqueeze(1).mul((scale ?? 0) / batch.TargetCount);
        var gradient = scale is null ? null : empty(rows.shape, rows.dtype, rows.device);
        var loss = zeros(1, dtype: ScalarType.Float64, device: logits.device);
        var length = Math.Max(1, MaxNumbers / rows.shape[1]);
        for (long start = 0; start < rows.shape[0]; start += length)
        {
            using var part = NewDisposeScope();
            var count = Math.Min(length, rows.shape[0] - start);
            Tensor Cut(Tensor whole) => whole.narrow(0, start, count);
            var logProbabilities = Cut(rows).log_softmax(-1, ScalarType.Float32);
            var ofTargets = logProbabilities.gather(1, Cut(targets));
            // Not a product: where a target does not count its logits may be infinite.
            loss.sub_(ofTargets.masked_select(Cut(counts).unsqueeze(1)).sum(ScalarType.Float64));
            if (gradient is null)
                continue;
            var difference = logProbabilities.exp_().scatter_(1, Cut(targets), ofTargets.exp().sub_(1));
            Cut(gradient).copy_(difference.mul_(Cut(weights)));
        }

        return (loss.item<double>() / batch.TargetCount, gradient?.view(logits.shape).MoveToOuterDisposeScope());
    }
}
