namespace Microsoft.ML.BlockLlm.Training;

/// <summary>Where and how often training saves itself, so that it goes on after an interruption as if there had been none.</summary>
/// <remarks>
/// A checkpoint is a folder below <see cref="Directory"/> with all that decides what comes next: weights, optimizer state, random numbers, position in the data, evaluations and the report so far.
/// On the CPU, with the same number of threads, a resumed run gives the bits of an uninterrupted one. A checkpoint appears under its name only when it is complete and on the disk.
/// </remarks>
public sealed record CheckpointOptions
{
    /// <summary>The folder of the checkpoints of one training; made if it is missing.</summary>
    public required string Directory
    {
        get;
        init => field = string.IsNullOrWhiteSpace(value) ? throw new ArgumentException("Directory must be the path of a folder, but is empty.", nameof(Directory)) : value;
    }

    /// <summary>Updates between two checkpoints. Default null: only <see cref="EveryEpoch"/> and the end count.</summary>
    public int? EveryUpdates { get; init => field = Check.AtLeast(1, value); }

    /// <summary>Whether there is a checkpoint after every pass through the data. Default true. Whatever this says, there is one at the end of training, also when it is cancelled.</summary>
    public bool EveryEpoch { get; init; } = true;

    /// <summary>How many of the last checkpoints are kept, at least 1. Default 2.</summary>
    public int Keep { get; init => field = Check.AtLeast(1, value); } = 2;

    /// <summary>Whether the checkpoint of the best evaluation is kept besides these, where there is validation data. Default true.</summary>
    public bool KeepBest { get; init; } = true;

    /// <summary>
    /// Whether training goes on from the last checkpoint in the folder, if there is one. Default true. If false, it starts anew, and older checkpoints go when the first new one is complete.
    /// </summary>
    public bool Resume { get; init; } = true;

    /// <summary>Whether weights that are never trained are saved too. Default false: they come from the model's own source, and are checked to be the same.</summary>
    public bool AllWeights { get; init; }

    /// <summary>Takes a report when a checkpoint is saved, resumed from, or refused because it is damaged. Default null: nobody. It is no part of what a model file says of its training.</summary>
    public IProgress<CheckpointReport>? Progress { get; init; }
}
