namespace Microsoft.ML.BlockLlm.Scoring;

/// <summary>Lets several threads use a model that one of them disposes: disposal waits for those that are at it, and those that come later are refused.</summary>
/// <param name="owner">What is disposed, as the user knows it.</param>
internal sealed class SharedUse(Type owner)
{
    private readonly object _gate = new();
    private int _users;
    private bool _isOver;

    /// <summary>Begins to use the model; disposing what is returned ends it, on whatever thread.</summary>
    /// <exception cref="ObjectDisposedException">It was disposed.</exception>
    public IDisposable Begin()
    {
        lock (_gate)
        {
            ObjectDisposedException.ThrowIf(_isOver, owner);
            _users++;
            return new Use(this);
        }
    }

    /// <summary>Refuses new users, and waits for those that are at it; false if it was over before.</summary>
    public bool TryEnd()
    {
        lock (_gate)
        {
            if (_isOver)
                return false;
            _isOver = true;
            while (_users > 0)
                Monitor.Wait(_gate);
            return true;
        }
    }

    private sealed class Use(SharedUse shared) : IDisposable
    {
        public void Dispose()
        {
            lock (shared._gate)
            {
                shared._users--;
                Monitor.PulseAll(shared._gate);
            }
        }
    }
}
