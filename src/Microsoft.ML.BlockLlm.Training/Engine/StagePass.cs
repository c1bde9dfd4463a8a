namespace Microsoft.ML.BlockLlm.Training;

/// <summary>What one forward and backward pass of a <see cref="StageEngine"/> gave.</summary>
/// <param name="Loss">The loss. If it is not finite, no backward pass was made and no gradient given.</param>
/// <param name="Forward">Time of the forward pass, the loss included.</param>
/// <param name="Backward">Time of the backward pass, the receiver of the gradients included.</param>
public readonly record struct StagePass(double Loss, TimeSpan Forward, TimeSpan Backward);
