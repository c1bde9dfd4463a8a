namespace Microsoft.ML.AutoML;

/// <summary>What one trial tries.</summary>
public class TrialSettings
{
    public int TrialId { get; set; }

    public DateTime StartedAtUtc { get; set; }

    public DateTime? EndedAtUtc { get; set; }

    public SearchSpace.Parameter Parameter { get; set; }
}
