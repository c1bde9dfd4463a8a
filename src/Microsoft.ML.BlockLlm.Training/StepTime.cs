namespace Microsoft.ML.BlockLlm.Training;

/// <summary>Where the time of an update went.</summary>
/// <param name="Data">Reading, padding and copying batches.</param>
/// <param name="Forward">Forward passes, the loss included.</param>
/// <param name="Backward">Backward passes, probing ones included, with the optimizer's accumulation of gradients.</param>
/// <param name="Optimizer">The update of the weights.</param>
public readonly record struct StepTime(TimeSpan Data, TimeSpan Forward, TimeSpan Backward, TimeSpan Optimizer)
{
    /// <summary>All of it.</summary>
    public TimeSpan Total => Data + Forward + Backward + Optimizer;

    internal StepTime Since(StepTime before) =>
        new(Data - before.Data, Forward - before.Forward, Backward - before.Backward, Optimizer - before.Optimizer);
}
