namespace Microsoft.ML.BlockLlm.Training;

/// <summary>How well a model predicts one target, such as a token of a text.</summary>
/// <param name="Loss">Its negative log-likelihood, in nats.</param>
/// <param name="IsCorrect">Whether the model holds it for the likeliest.</param>
public readonly record struct TargetResult(float Loss, bool IsCorrect);
