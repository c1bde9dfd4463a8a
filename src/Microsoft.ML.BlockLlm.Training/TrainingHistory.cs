using System.Collections.ObjectModel;

namespace Microsoft.ML.BlockLlm.Training;

/// <summary>The history of a run as it is saved: blocks and their visits stand only where they changed, for they are most of it.</summary>
internal static class TrainingHistory
{
    /// <summary>An update as it is saved.</summary>
    public static TrainingProgress Shortened(TrainingProgress step) => step.Reselected ? step : step with { ActiveBlocks = [], Visits = ReadOnlyDictionary<string, long>.Empty };

    /// <summary>Saved updates as they were.</summary>
    public static List<TrainingProgress> Complete(IEnumerable<TrainingProgress> saved)
    {
        var history = new List<TrainingProgress>();
        foreach (var step in saved)
            history.Add(step.Reselected || history.Count == 0 ? step : step with { ActiveBlocks = history[^1].ActiveBlocks, Visits = history[^1].Visits });
        return history;
    }
}
