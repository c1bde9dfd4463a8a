using Microsoft.ML.AutoML;

namespace Microsoft.ML.BlockLlm.AutoML;

/// <summary>Keeps the model of the best trial of an experiment and disposes all others, but for those that a run has given to its caller.</summary>
internal sealed class SweepModels
{
    private TrialResult? _best;
    private TrialResult? _former;
    private bool _isHandedOut;

    /// <summary>Whether there is a model.</summary>
    public bool HasBest => _best is not null;

    /// <summary>Begins a run of the experiment. The best of those before it stays the one to beat, and is its caller's to dispose.</summary>
    public void BeginRun() => _isHandedOut = true;

    /// <summary>Takes a trial's result, and its model away from it unless it is the best so far, by the rule of the experiment.</summary>
    public void Offer(TrialResult result)
    {
        if (result.Loss < (_best?.Loss ?? double.MaxValue))
        {
            (_former, _best) = (_isHandedOut ? null : _best, result);
            _isHandedOut = false;
        }
        else
            Release(result);
    }

    /// <summary>Disposes the model that was the best before this trial; to be called when the experiment has taken the new one.</summary>
    public void EndTrial()
    {
        if (_former is not null)
            Release(_former);
        _former = null;
    }

    private static void Release(TrialResult result)
    {
        (result.Model as IDisposable)?.Dispose();
        result.Model = null;
    }
}
