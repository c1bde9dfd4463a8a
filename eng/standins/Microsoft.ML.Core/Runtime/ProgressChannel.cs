namespace Microsoft.ML.Runtime;

/// <summary>A progress channel that checks its use. Nobody polls the environment of <c>MLContext</c> for progress, as in the original.</summary>
internal sealed class ProgressChannel : IProgressChannel
{
    private ProgressHeader _header = new();
    private bool _isDisposed;

    public void SetHeader(ProgressHeader header, Action<IProgressEntry> fillAction) => _header = header;

    public void Checkpoint(params double?[] values)
    {
        Contracts.Check(!_isDisposed, "Can't report checkpoints after disposing");
        Contracts.Check((values?.Length ?? 0) <= _header.MetricNames.Count + (2 * _header.UnitNames.Count), "Too many values provided in Checkpoint");
    }

    public IProgressChannel StartProgressChannel(string name) => new ProgressChannel();

    public void Dispose() => _isDisposed = true;
}
