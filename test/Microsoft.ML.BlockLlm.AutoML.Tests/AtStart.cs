namespace Microsoft.ML.BlockLlm.AutoML.Tests;

/// <summary>Acts when a trial begins.</summary>
internal sealed class AtStart(Action action) : IProgress<SweepTrial>
{
    public void Report(SweepTrial value)
    {
        if (value.Status == SweepTrialStatus.Running)
            action();
    }
}
