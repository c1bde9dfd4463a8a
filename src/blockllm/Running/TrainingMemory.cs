using Microsoft.ML.BlockLlm.Training;

namespace Microsoft.ML.BlockLlm.Tool;

/// <summary>What memory a training took above the loaded model, in bytes.</summary>
/// <param name="Measured">The largest resident memory of the process, less what it took before it had a model, less the weights.</param>
/// <param name="Planned">The same as it is planned.</param>
internal sealed record TrainingMemory(long Measured, long Planned)
{
    /// <summary>Works it out.</summary>
    /// <param name="summary">What training did.</param>
    /// <param name="weightSize">Bytes of a weight.</param>
    /// <param name="baseline">Resident memory before there was a model.</param>
    /// <param name="plan">The plan.</param>
    public static TrainingMemory Of(TrainingSummary summary, int weightSize, long baseline, MemoryPlan plan) =>
        new(Math.Max(0, summary.PeakMemory - baseline - (summary.Weights * weightSize)), plan.TrainingPeak);
}
