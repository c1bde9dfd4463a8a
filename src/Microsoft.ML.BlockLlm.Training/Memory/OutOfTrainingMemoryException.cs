namespace Microsoft.ML.BlockLlm.Training;

/// <summary>
/// There was no memory for an update or an evaluation: the message says what a <see cref="MemoryPlan"/> gives for the update, what is there, and which options help. The process stays usable; an update that ran out of
/// memory while it changed weights may have changed some of them, so go on from a checkpoint or begin anew.
/// </summary>
public sealed class OutOfTrainingMemoryException : InvalidOperationException
{
    /// <summary>Makes the exception.</summary>
    /// <param name="message">What was needed, what is there, and what helps.</param>
    /// <param name="innerException">What libtorch said.</param>
    public OutOfTrainingMemoryException(string message, Exception? innerException = null) : base(message, innerException)
    {
    }
}
