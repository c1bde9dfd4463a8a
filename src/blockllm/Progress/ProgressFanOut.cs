using Microsoft.ML.BlockLlm.Training;

namespace Microsoft.ML.BlockLlm.Tool;

/// <summary>Passes each report on to several receivers, in their order.</summary>
internal sealed class ProgressFanOut(params IProgress<TrainingProgress>[] receivers) : IProgress<TrainingProgress>
{
    public void Report(TrainingProgress value)
    {
        foreach (var receiver in receivers)
            receiver.Report(value);
    }
}
