using System.Globalization;
using Microsoft.ML.AutoML;
using Microsoft.ML.BlockLlm.Training;
using Microsoft.ML.Runtime;

namespace Microsoft.ML.BlockLlm.AutoML;

/// <summary>Watches the memory of the process as AutoML's own monitor does, which would end the experiment with a trial that takes too much.</summary>
internal sealed class TrialMemoryMonitor(AutoMLExperiment.AutoMLExperimentSettings settings, IChannel channel, TrialMemory memory, SweepModels models)
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
        if (memory.TryCancel(trialSettings.TrialId, string.Create(CultureInfo.InvariantCulture, $"During the trial the process took {metrics.MemoryUsage:F0} MB, {most}. Smaller batches or fewer active weights take less.")))
            return;
        if (MegabytesWithoutWaste() is var needed && needed <= limit)
            return;

        // No parameters would help. What was found so far is the result of the experiment; without anything, this is what went wrong.
        var reason = string.Create(CultureInfo.InvariantCulture, $"Before the trial began, the process took {needed:F0} MB, {most}. Raise the limit, or hold less in memory.");
        if (models.HasBest)
        {
            _channel.Warning(MessageSensitivity.None, reason);
            trialCancellationTokenSource.Cancel();
        }
        else
        {
            memory.Refuse(trialSettings.TrialId, reason);
        }
    }

    /// <summary>What the process takes when what former trials left to be collected is gone.</summary>
    private static double MegabytesWithoutWaste()
    {
        GC.Collect(GC.MaxGeneration, GCCollectionMode.Aggressive, blocking: true, compacting: true);
        NativeHeap.Set(FreedMemory.Returned);
        return ProcessMemory.Resident / (1024.0 * 1024);
    }
}
