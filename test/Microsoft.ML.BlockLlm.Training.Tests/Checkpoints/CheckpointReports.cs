namespace Microsoft.ML.BlockLlm.Training.Tests;

/// <summary>Keeps what is told of checkpoints.</summary>
internal sealed class CheckpointReports(List<CheckpointReport> reports) : IProgress<CheckpointReport>
{
    public void Report(CheckpointReport value) => reports.Add(value);
}
