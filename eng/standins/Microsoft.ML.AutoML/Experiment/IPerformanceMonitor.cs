namespace Microsoft.ML.AutoML;

/// <summary>Looks at what the process takes while a trial runs.</summary>
public interface IPerformanceMonitor : IDisposable
{
    event EventHandler<TrialPerformanceMetrics> PerformanceMetricsUpdated;

    void Start();

    void Pause();

    void Stop();

    double? GetPeakMemoryUsageInMegaByte();

    double? GetPeakCpuUsage();

    /// <summary>Says what follows from <see cref="PerformanceMetricsUpdated"/> for the trial.</summary>
    void OnPerformanceMetricsUpdatedHandler(TrialSettings trialSettings, TrialPerformanceMetrics metrics, CancellationTokenSource trialCancellationTokenSource);
}

/// <summary>What the process takes: memory in megabytes of 2^20 bytes, and the share of all processors.</summary>
public class TrialPerformanceMetrics
{
    public double? PeakMemoryUsage { get; set; }

    public double? PeakCpuUsage { get; set; }

    public double CpuUsage { get; internal set; }

    public double MemoryUsage { get; internal set; }
}
