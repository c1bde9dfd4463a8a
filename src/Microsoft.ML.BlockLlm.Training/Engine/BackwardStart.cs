using static TorchSharp.torch;

namespace Microsoft.ML.BlockLlm.Training;

/// <summary>Measures the loss of the last stage's output.</summary>
/// <param name="output">The output.</param>
/// <param name="batch">What it should have been.</param>
/// <param name="scale">What gradients are multiplied with.</param>
internal delegate BackwardStart LossStart(Tensor output, TrainingBatch batch, double scale);

/// <summary>Where a backward pass begins.</summary>
/// <param name="Loss">The loss.</param>
/// <param name="Root">The tensor that it begins at: the loss, or the output where its gradient is known already.</param>
/// <param name="Gradient">The gradient of that tensor; null where the output has no graph, so that nothing runs backward.</param>
internal readonly record struct BackwardStart(double Loss, Tensor Root, Tensor? Gradient)
{
    /// <summary>Begins at a loss, a scalar.</summary>
    public static BackwardStart AtLoss(Tensor loss, double scale)
    {
        if (loss.numel() != 1)
            throw new InvalidOperationException($"The loss must be a scalar, but has the shape [{string.Join(", ", loss.shape)}].");
        using var value = loss.detach().to_type(ScalarType.Float64);
        return new BackwardStart(value.item<double>(), loss, loss.requires_grad ? full_like(loss, scale) : null);
    }

    /// <summary>Begins at the output of the last stage with the gradient of cross-entropy, or at another loss.</summary>
    /// <param name="output">The output.</param>
    /// <param name="batch">What it should have been.</param>
    /// <param name="scale">What gradients are multiplied with.</param>
    /// <param name="loss">The loss; null for <see cref="CrossEntropy.Loss"/>, whose gradient needs no graph.</param>
    public static BackwardStart Of(Tensor output, TrainingBatch batch, double scale, LossFunction? loss)
    {
        loss ??= CrossEntropy.Loss;
        if (loss != CrossEntropy.Loss || !batch.HasClassTargets)
            return AtLoss(loss(output, batch), scale);
        var (value, gradient) = CrossEntropyGradient.Of(output, batch, output.requires_grad ? scale : null);
        return new BackwardStart(value, output, gradient);
    }
}
