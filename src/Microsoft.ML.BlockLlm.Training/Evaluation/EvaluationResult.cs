namespace Microsoft.ML.BlockLlm.Training;

/// <summary>How good a model is on a whole set of data.</summary>
/// <param name="Loss">Mean loss over all targets.</param>
/// <param name="Accuracy">Share of the targets that the model has right, in [0, 1]; NaN if the targets are no class indices.</param>
/// <param name="Targets">How many targets that were: examples of a classifier, predicted tokens of a language model.</param>
public sealed record EvaluationResult(double Loss, double Accuracy, long Targets);
