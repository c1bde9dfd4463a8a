using Microsoft.ML.BlockLlm.Training;
using Microsoft.ML.Runtime;

namespace Microsoft.ML.BlockLlm;

/// <summary>What checkpoints need of a trainer: a seed that stays the same over processes, and lines in the log.</summary>
internal static class CheckpointedTraining
{
    /// <summary>The seed of a training: the one asked for, else that of the checkpoint it goes on from, else a drawn one.</summary>
    public static int Seed(int? wanted, CheckpointOptions? checkpoints, int drawn) =>
        wanted ?? (checkpoints is { Resume: true } ? TrainingCheckpoint.Latest(checkpoints.Directory)?.Seed : null) ?? drawn;

    /// <summary>Lets what is told of checkpoints also go to the log of the context.</summary>
    public static TrainingOptions Logged(TrainingOptions options, IChannel channel) => options.Checkpoints is { } checkpoints
        ? options with { Checkpoints = checkpoints with { Progress = new Log(channel, checkpoints.Progress) } }
        : options;

    private sealed class Log(IChannel channel, IProgress<CheckpointReport>? progress) : IProgress<CheckpointReport>
    {
        public void Report(CheckpointReport value)
        {
            progress?.Report(value);
            if (value.Event is CheckpointEvent.Saved or CheckpointEvent.Resumed)
                channel.Info(MessageSensitivity.None, value.Message);
            else
                channel.Warning(MessageSensitivity.None, value.Message);
        }
    }
}
