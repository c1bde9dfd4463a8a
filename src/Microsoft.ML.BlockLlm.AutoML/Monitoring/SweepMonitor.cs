using Microsoft.ML.AutoML;

namespace Microsoft.ML.BlockLlm.AutoML;

/// <summary>Records the trials of an experiment, with the reason of those that failed. Set it with <c>SetMonitor</c>, after the pipeline.</summary>
/// <remarks>Its members may be used by other threads while the experiment runs.</remarks>
/// <param name="progress">Takes each trial when it begins, and again when it ends. Default null: nobody.</param>
public sealed class SweepMonitor(IProgress<SweepTrial>? progress = null) : IMonitor
{
    private readonly Lock _lock = new();
    private readonly List<SweepTrial> _trials = [];

    /// <summary>The trials so far, in their order. Trials that begin or end later do not change the list.</summary>
    public IReadOnlyList<SweepTrial> Trials
    {
        get
        {
            lock (_lock)
                return [.. _trials];
        }
    }

    /// <summary>The best trial so far; null if none was measured.</summary>
    public SweepTrial? Best => Trials.LastOrDefault(trial => trial.Status == SweepTrialStatus.Best);

    /// <summary>Gives the trials as a table for people.</summary>
    public override string ToString() => SweepTable.Of(Trials);

    void IMonitor.ReportRunningTrial(TrialSettings settings)
    {
        var trial = new SweepTrial { Id = settings.TrialId, Parameters = SweepTable.ParametersOf(settings.Parameter) };
        lock (_lock)
            _trials.Add(trial);
        progress?.Report(trial);
    }

    void IMonitor.ReportCompletedTrial(TrialResult result)
    {
        EndLast(trial => trial with
        {
            Status = SweepTrialStatus.Completed,
            Parameters = SweepTable.ParametersOf(result.TrialSettings.Parameter),
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
        SweepTrial trial;
        lock (_lock)
            _trials[^1] = trial = change(_trials[^1]);
        progress?.Report(trial);
    }
}
