namespace Microsoft.ML.BlockLlm.Training;

/// <summary>Where the time of a training run went.</summary>
/// <param name="Data">Reading, padding and copying batches.</param>
/// <param name="Forward">Forward passes of training, the loss included.</param>
/// <param name="Backward">Backward passes of training, probing ones included, with the optimizer's accumulation of gradients.</param>
/// <param name="Optimizer">Updates of the weights.</param>
/// <param name="Evaluation">Evaluations on the validation data.</param>
/// <param name="Total">The whole run.</param>
public sealed record TrainingTime(
    TimeSpan Data, TimeSpan Forward, TimeSpan Backward, TimeSpan Optimizer, TimeSpan Evaluation, TimeSpan Total);
