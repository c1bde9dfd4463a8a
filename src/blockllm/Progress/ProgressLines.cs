using Microsoft.ML.BlockLlm.Training;

namespace Microsoft.ML.BlockLlm.Tool;

/// <summary>Writes plain lines, about twenty a run and one for each evaluation: for log files and other places that are no terminal.</summary>
internal sealed class ProgressLines(TextWriter writer, ProgressText text) : IProgress<TrainingProgress>
{
    private const int LinesPerRun = 20;

    public void Report(TrainingProgress value)
    {
        var interval = Math.Max(1, value.TotalSteps / LinesPerRun);
        if (value.Step == 1 || value.Step % interval == 0 || value.Step == value.TotalSteps || value.Validation is not null)
            writer.WriteLine($"step {value.Step} of {value.TotalSteps}: {text.Of(value)}");
    }
}
