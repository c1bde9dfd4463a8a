namespace Microsoft.ML.BlockLlm.AutoML;

/// <summary>How a trial stands.</summary>
public enum SweepTrialStatus
{
    /// <summary>It has begun. A trial that the end of the sweep cuts off stays so.</summary>
    Running,

    /// <summary>It was measured, and an earlier one is better.</summary>
    Completed,

    /// <summary>It was the best when it was measured.</summary>
    Best,

    /// <summary>It failed, and <see cref="SweepTrial.Failure"/> says why.</summary>
    Failed,
}
