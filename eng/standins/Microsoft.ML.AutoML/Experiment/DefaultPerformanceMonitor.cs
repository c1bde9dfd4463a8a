using System.Diagnostics;
using System.Globalization;
using Microsoft.ML.Runtime;

namespace Microsoft.ML.AutoML;

/// <summary>Looks when it starts and at equal intervals after, and cancels a trial where the process takes too much memory.</summary>
public class DefaultPerformanceMonitor : IPerformanceMonitor
{
    private readonly AutoMLExperiment.AutoMLExperimentSettings _settings;
    private readonly IChannel _logger;
    private readonly int _checkIntervalInMilliseconds;
    private readonly Lock _lock = new();
    private Timer _timer;
    private bool _isRunning;
    private TimeSpan _processorTime;
    private double? _peakMemory;
    private double? _peakCpu;

    public DefaultPerformanceMonitor(AutoMLExperiment.AutoMLExperimentSettings settings, IChannel logger, int checkIntervalInMilliseconds)
    {
        _settings = settings;
        _logger = logger;
        _checkIntervalInMilliseconds = checkIntervalInMilliseconds;
    }

    public event EventHandler<TrialPerformanceMetrics> PerformanceMetricsUpdated;

    public double? GetPeakMemoryUsageInMegaByte() => _peakMemory;

    public double? GetPeakCpuUsage() => _peakCpu;

    public void Start()
    {
        lock (_lock)
        {
            _isRunning = true;
            using var process = Process.GetCurrentProcess();
            _processorTime = process.TotalProcessorTime;
        }
        Look();
        lock (_lock)
            _timer ??= new Timer(_ => Look(), null, _checkIntervalInMilliseconds, _checkIntervalInMilliseconds);
    }

    public void Pause()
    {
        lock (_lock)
            _isRunning = false;
    }

    /// <summary>Ends the looking. What is under way at this moment is waited for, and nothing comes after.</summary>
    public void Stop()
    {
        lock (_lock)
        {
            _isRunning = false;
            _timer?.Dispose();
            (_timer, _peakMemory, _peakCpu) = (null, null, null);
        }
    }

    public void Dispose() => Stop();

    public virtual void OnPerformanceMetricsUpdatedHandler(TrialSettings trialSettings, TrialPerformanceMetrics metrics, CancellationTokenSource trialCancellationTokenSource)
    {
        if (metrics.PeakMemoryUsage is not { } used || !(used > _settings.MaximumMemoryUsageInMegaByte) || trialCancellationTokenSource.IsCancellationRequested)
            return;
        _logger?.Trace(MessageSensitivity.None, string.Create(CultureInfo.InvariantCulture,
            $"cancel current trial {trialSettings.TrialId} because it uses {used} mb memory and the maximum memory usage is {_settings.MaximumMemoryUsageInMegaByte}"));
        trialCancellationTokenSource.Cancel();
    }

    private void Look()
    {
        lock (_lock)
        {
            if (!_isRunning)
                return;
            using var process = Process.GetCurrentProcess();
            var time = process.TotalProcessorTime;
            var cpu = (time - _processorTime).TotalMilliseconds / (Environment.ProcessorCount * _checkIntervalInMilliseconds);
            var memory = process.WorkingSet64 / (1024.0 * 1024);
            _processorTime = time;
            _peakCpu = Math.Max(cpu, _peakCpu ?? 0);
            _peakMemory = Math.Max(memory, _peakMemory ?? 0);
            PerformanceMetricsUpdated?.Invoke(this, new TrialPerformanceMetrics { CpuUsage = cpu, MemoryUsage = memory, PeakCpuUsage = _peakCpu, PeakMemoryUsage = _peakMemory });
        }
    }
}
