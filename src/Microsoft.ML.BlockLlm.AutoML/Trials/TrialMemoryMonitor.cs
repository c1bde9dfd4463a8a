using System.Globalization;
using Microsoft.ML.AutoML;
using Microsoft.ML.BlockLlm.Training;
using Microsoft.ML.Runtime;

namespace Microsoft.ML.BlockLlm.AutoML;

/// <summary>Watches the memory of the process as AutoML's own monitor does, which would end the experiment with a trial that takes too much.</summary>
internal sealed class TrialMemoryMonitor(AutoMLExperiment.AutoMLExperimentSettings settings, IChannel channel, SweepRun run)
    : DefaultPerformanceMonitor(settings, channel, CheckIntervalInMilliseconds)
{
    private const int CheckIntervalInMilliseconds = 1000;

    private readonly AutoMLExperiment.AutoMLExperimentSettings _settings = settings;
    private readonly IChannel _channel = channel;

    public override void OnPerformanceMetricsUpdatedHandler(TrialSettings trialSettings, TrialPerformanceMetrics metrics, CancellationTokenSource trialCancellationTokenSource)
    {
        // What is taken now: the peak may have been another trial's.
        if (_settings.MaximumMemoryUsageInMegaByte is not { } limit || metrics.MemoryUsage <= limit)
            return;
        var most = string.Create(CultureInfo.InvariantCulture, $"more than the {limit:0.##} MB of SetMaximumMemoryUsageInMegaByte");
        if (run.Memory.TryCancel(trialSettings.TrialId, During(metrics.MemoryUsage)))
            return;
        // Collecting takes a while, in which the trial may have begun: what the process takes is then the trial's.
        var needed = MegabytesWithoutWaste();
        if (needed <= limit || run.Memory.TryCancel(trialSettings.TrialId, During(needed)))
            return;

        // No parameters would help. What was found so far is the result of the experiment; without anything, this is what went wrong.
        var reason = string.Create(CultureInfo.InvariantCulture, $"Before the trial began, the process took {needed:F0} MB, {most}. Raise the limit, or hold less in memory.");
        if (run.Models.HasBest)
        {
            _channel.Warning(MessageSensitivity.None, reason);
            trialCancellationTokenSource.Cancel();
        }
        else
        {
            run.Memory.Refuse(trialSettings.TrialId, reason);
        }

        string During(double megabytes) =>
            string.Create(CultureInfo.InvariantCulture, $"During the trial the process took {megabytes:F0} MB, {most}. Smaller batches or fewer active weights take less.");
    }

    /// <summary>What the process takes when what former trials left to be collected is gone.</summary>
    private static double MegabytesWithoutWaste()
    {
        GC.Collect(GC.MaxGeneration, GCCollectionMode.Aggressive, blocking: true, compacting: true);
        NativeHeap.Set(FreedMemory.Returned);
        return ProcessMemory.Resident / (1024.0 * 1024);
    }
}
