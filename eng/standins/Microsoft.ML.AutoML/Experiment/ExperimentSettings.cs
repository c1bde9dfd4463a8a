namespace Microsoft.ML.AutoML;

/// <summary>Limits of an experiment.</summary>
public abstract class ExperimentSettings
{
    public int MaxModels = int.MaxValue;

    public ExperimentSettings()
    {
    }

    public uint MaxExperimentTimeInSeconds { get; set; } = 24 * 60 * 60;

    public double? MaximumMemoryUsageInMegaByte { get; set; }
}
