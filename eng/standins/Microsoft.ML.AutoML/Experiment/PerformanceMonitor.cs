using System.Diagnostics;

namespace Microsoft.ML.AutoML;

/// <summary>Looks at the memory of the process while a trial runs, and ends the trial where it is too much.</summary>
internal sealed class PerformanceMonitor : IDisposable
{
    private readonly double? _limit;
    private readonly Action _onLimit;
    private readonly Timer _timer;

    public PerformanceMonitor(double? limitInMegaByte, int checkIntervalInMilliseconds, Action onLimit)
    {
        _limit = limitInMegaByte;
        _onLimit = onLimit;
        Look();
        _timer = new Timer(_ => Look(), null, checkIntervalInMilliseconds, checkIntervalInMilliseconds);
    }

    public double PeakMemoryInMegaByte { get; private set; }

    public void Dispose() => _timer.Dispose();

    private void Look()
    {
        using var process = Process.GetCurrentProcess();
        PeakMemoryInMegaByte = Math.Max(PeakMemoryInMegaByte, process.WorkingSet64 / (1024.0 * 1024));
        if (PeakMemoryInMegaByte > _limit)
            _onLimit();
    }
}
