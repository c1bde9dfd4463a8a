using Microsoft.ML.BlockLlm.Training;

namespace Microsoft.ML.BlockLlm.AutoML.Tests;

/// <summary>Counts updates, and does something at one of them.</summary>
internal sealed class Steps : IProgress<TrainingProgress>
{
    public int Count { get; private set; }

    public int At { get; init; }

    public Action? Do { get; init; }

    public Action? Each { get; init; }

    public void Report(TrainingProgress value)
    {
        Each?.Invoke();
        if (++Count == At)
            Do?.Invoke();
    }
}
