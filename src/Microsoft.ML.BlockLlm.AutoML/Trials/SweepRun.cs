namespace Microsoft.ML.BlockLlm.AutoML;

/// <summary>What the trials of one run of an experiment have in common.</summary>
/// <param name="models">The models of the experiment: of all its runs, as its best trial is.</param>
internal sealed class SweepRun(SweepModels models)
{
    public TrialMemory Memory { get; } = new();

    public SweepFailures Failures { get; } = new();

    public SweepModels Models => models;
}
