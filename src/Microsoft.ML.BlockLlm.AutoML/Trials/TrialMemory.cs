namespace Microsoft.ML.BlockLlm.AutoML;

/// <summary>Joins who sees that the process takes too much memory with the trial that runs, and ends that trial alone. Safe from several threads.</summary>
internal sealed class TrialMemory
{
    private readonly Lock _lock = new();
    private int _trial = -1;
    private CancellationTokenSource? _stop;
    private (int Trial, string Reason)? _excess;

    /// <summary>Begins a trial.</summary>
    /// <returns>What ends it: its memory, or what cancels the experiment.</returns>
    /// <exception cref="InvalidOperationException">There is no room for it.</exception>
    public CancellationToken Begin(int trial, CancellationToken cancellationToken)
    {
        lock (_lock)
        {
            if (_excess is { } excess && excess.Trial == trial)
                throw new InvalidOperationException(excess.Reason);
            _trial = trial;
            _stop = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
            return _stop.Token;
        }
    }

    /// <summary>Ends the trial that runs, if there is one.</summary>
    public void End()
    {
        lock (_lock)
        {
            _stop?.Dispose();
            _stop = null;
        }
    }

    /// <summary>Cancels a trial, unless it has ended; false if it has not begun.</summary>
    /// <remarks>A monitor may look once more after it was stopped, when its trial has ended and a later one runs.</remarks>
    public bool TryCancel(int trial, string reason)
    {
        lock (_lock)
        {
            if (trial > _trial)
                return false;
            if (trial == _trial && _stop is { } stop && _excess?.Trial != trial)
            {
                _excess = (trial, reason);
                stop.Cancel();
            }
            return true;
        }
    }

    /// <summary>Lets a trial not begin, unless it has.</summary>
    public void Refuse(int trial, string reason)
    {
        lock (_lock)
        {
            if (trial > _trial)
                _excess = (trial, reason);
        }
    }

    /// <summary>Why a trial was ended for its memory; null if it was not.</summary>
    public string? ExcessOf(int trial)
    {
        lock (_lock)
            return _excess is { } excess && excess.Trial == trial ? excess.Reason : null;
    }
}
