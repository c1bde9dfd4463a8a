using Microsoft.ML.AutoML;

namespace Microsoft.ML.BlockLlm.AutoML;

/// <summary>Records the trials of an experiment, with the reason of those that failed. Set it with <c>SetMonitor</c>, after the pipeline.</summary>
/// <param name="progress">Takes each trial when it begins, and again when it ends. Default null: nobody.</param>
public sealed class SweepMonitor(IProgress<SweepTrial>? progress = null) : IMonitor
{
    private readonly List<SweepTrial> _trials = [];

    /// <summary>The trials so far, in their order.</summary>
    public IReadOnlyList<SweepTrial> Trials => _trials;

    /// <summary>The best trial so far; null if none was measured.</summary>
    public SweepTrial? Best => _trials.LastOrDefault(trial => trial.Status == SweepTrialStatus.Best);

    /// <summary>Gives the trials as a table for people.</summary>
    public override string ToString() => SweepTable.Of(_trials);

    void IMonitor.ReportRunningTrial(TrialSettings settings)
    {
        _trials.Add(new SweepTrial { Id = settings.TrialId, Parameters = SweepTable.ParametersOf(settings.Parameter) });
        progress?.Report(_trials[^1]);
    }

    void IMonitor.ReportCompletedTrial(TrialResult result)
    {
        EndLast(trial => trial with
        {
            Status = SweepTrialStatus.Completed,
            Metric = result.Metric,
            Duration = TimeSpan.FromMilliseconds(result.DurationInMilliseconds),
            PeakMemory = result.PeakMemoryInMegaByte is { } megabytes ? (long)(megabytes * (1 << 20)) : null,
        });
    }

    void IMonitor.ReportBestTrial(TrialResult result) => EndLast(trial => trial with { Status = SweepTrialStatus.Best });

    void IMonitor.ReportFailTrial(TrialSettings settings, Exception? exception) => EndLast(trial => trial with
    {
        Status = SweepTrialStatus.Failed,
        Duration = settings.EndedAtUtc - settings.StartedAtUtc,
        Failure = exception?.Message ?? "The reason is unknown.",
    });

    private void EndLast(Func<SweepTrial, SweepTrial> change)
    {
        _trials[^1] = change(_trials[^1]);
        progress?.Report(_trials[^1]);
    }
}
