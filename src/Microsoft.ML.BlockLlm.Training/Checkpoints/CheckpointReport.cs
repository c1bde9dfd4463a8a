namespace Microsoft.ML.BlockLlm.Training;

/// <summary>What happened to a checkpoint; reported through <see cref="CheckpointOptions.Progress"/>.</summary>
/// <param name="Event">What happened.</param>
/// <param name="Path">The checkpoint's folder.</param>
/// <param name="Step">Updates made before it.</param>
/// <param name="Message">The same as a sentence.</param>
public sealed record CheckpointReport(CheckpointEvent Event, string Path, long Step, string Message)
{
    /// <summary>The <see cref="Message"/>.</summary>
    public override string ToString() => Message;
}

/// <summary>What can happen to a checkpoint.</summary>
public enum CheckpointEvent
{
    /// <summary>It was written and is complete.</summary>
    Saved,

    /// <summary>Training goes on from it.</summary>
    Resumed,

    /// <summary>It is damaged, so that the one before it is tried.</summary>
    Refused,

    /// <summary>A loss or gradient was not finite, and training went back to it.</summary>
    RolledBack,
}
