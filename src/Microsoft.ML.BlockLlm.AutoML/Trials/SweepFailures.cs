using System.Runtime.InteropServices;
using Microsoft.ML.BlockLlm.Training;

namespace Microsoft.ML.BlockLlm.AutoML;

/// <summary>Tells failures of one trial from those that all trials share.</summary>
internal sealed class SweepFailures
{
    private const int MostInARow = 2;
    private const int MostInARowOfParameters = 10;

    private bool _hasSucceeded;
    private string? _lastMessage;
    private int _inARow;

    public void AddSuccess() => _hasSucceeded = true;

    /// <summary>
    /// Whether none has gone well, and so many trials in a row failed in the same words that the reason must be in the pipeline or the data: two, or ten where parameters may be the reason, as they are of divergence,
    /// of a metric that is not finite, and of lack of memory (outside training an <see cref="ExternalException"/> of libtorch).
    /// </summary>
    public bool AddFailure(Exception exception)
    {
        _inARow = exception.Message == _lastMessage ? _inARow + 1 : 1;
        _lastMessage = exception.Message;
        var most = exception is TrainingDivergedException or OutOfTrainingMemoryException or ExternalException or TrialFailedException ? MostInARowOfParameters : MostInARow;
        return !_hasSucceeded && _inARow >= most;
    }
}
