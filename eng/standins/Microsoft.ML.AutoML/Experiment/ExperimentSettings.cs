namespace Microsoft.ML.AutoML;

/// <summary>Limits of an experiment.</summary>
public abstract class ExperimentSettings
{
    public int MaxModels = int.MaxValue;

    public ExperimentSettings()
    {
    }

    /// <summary>What was given to the run.</summary>
    public CancellationToken CancellationToken { get; set; }

    public uint MaxExperimentTimeInSeconds { get; set; } = 24 * 60 * 60;

    public double? MaximumMemoryUsageInMegaByte { get; set; }
}
