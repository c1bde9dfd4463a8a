using System.Runtime.InteropServices;
using Microsoft.ML.BlockLlm.Training;

namespace Microsoft.ML.BlockLlm.AutoML;

/// <summary>Tells failures of one trial from those that all trials share.</summary>
internal sealed class SweepFailures
{
    private bool _hasSucceeded;
    private string? _lastMessage;

    public void AddSuccess() => _hasSucceeded = true;

    /// <summary>
    /// Whether this is the second trial in a row that failed in the same words, and none has gone well: the reason is then in the pipeline or the data. What comes of the parameters, divergence
    /// and lack of memory (outside training an <see cref="ExternalException"/> of libtorch), is never taken for that.
    /// </summary>
    public bool AddFailure(Exception exception)
    {
        var isShared = !_hasSucceeded && exception.Message == _lastMessage && exception is not (TrainingDivergedException or OutOfTrainingMemoryException or ExternalException);
        _lastMessage = exception.Message;
        return isShared;
    }
}
