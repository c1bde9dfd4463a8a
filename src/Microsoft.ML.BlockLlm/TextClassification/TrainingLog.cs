using System.Globalization;
using Microsoft.ML.BlockLlm.Training;
using Microsoft.ML.Runtime;

namespace Microsoft.ML.BlockLlm;

/// <summary>Passes the reports of the training loop on to the user, and some of them to the log of the context.</summary>
internal sealed class TrainingLog(IHost host, IChannel channel, IProgress<TrainingProgress>? progress, TrainingMethod method, long updatesForAll) : IProgress<TrainingProgress>
{
    private const int MessagesPerRun = 20;

    /// <summary>Takes the report of one update.</summary>
    /// <exception cref="OperationCanceledException">The context was told to cancel.</exception>
    public void Report(TrainingProgress value)
    {
        progress?.Report(value);
        if (value.Step == 1 && value.TotalSteps < updatesForAll)
            channel.Warning(MessageSensitivity.None, $"This training makes {value.TotalSteps} updates, and {method.Name} takes at least {updatesForAll} until every block has its turn, so that some are never trained. Set its Period lower, or train for longer.");
        if (IsDue(value))
            channel.Info(MessageSensitivity.None, value.ToString());
        host.CheckAlive();
    }

    /// <summary>Writes what a run did and cost.</summary>
    public static void Write(IChannel channel, TrainingSummary summary) => channel.Info(MessageSensitivity.None, string.Create(CultureInfo.InvariantCulture,
        $"Training ended after {summary.Steps} {(summary.Steps == 1 ? "step" : "steps")} ({summary.StopReason}) in {summary.Time.Total.TotalSeconds:F1} s: loss {summary.SmoothedLoss:F4}, " +
        $"a step updated {summary.ActiveShare * 100:F1} % of all {summary.Weights:N0} weights on average, {summary.TokensPerSecond:F0} tokens/s, peak {summary.PeakMemory >> 20} MiB resident."));

    private static bool IsDue(TrainingProgress value)
    {
        var interval = Math.Max(1, value.TotalSteps / MessagesPerRun);
        return value.Step == 1 || value.Step % interval == 0 || value.Step == value.TotalSteps || value.Validation is not null;
    }
}
