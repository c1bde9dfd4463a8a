namespace Microsoft.ML.BlockLlm.AutoML;

/// <summary>One trial of a sweep failed, and the sweep goes on.</summary>
/// <remarks>It is an <see cref="OperationCanceledException"/> because <c>AutoMLExperiment</c> ends on any other if no trial has gone well yet.</remarks>
public sealed class TrialFailedException : OperationCanceledException
{
    internal TrialFailedException(string message, Exception? innerException = null)
        : base(message, innerException)
    {
    }
}
