namespace Microsoft.ML.AutoML;

/// <summary>When an experiment ends: its time is up, it has made enough models, or somebody cancels it or one of its trials.</summary>
internal sealed class StopConditions : IDisposable
{
    private readonly CancellationTokenSource _source;
    private readonly int _maxModels;
    private int _models;

    public StopConditions(ExperimentSettings settings, bool hasTimeLimit, CancellationToken cancellationToken)
    {
        _maxModels = settings.MaxModels;
        _source = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        if (hasTimeLimit)
            _source.CancelAfter(TimeSpan.FromSeconds(settings.MaxExperimentTimeInSeconds));
    }

    /// <summary>Ends the running trial.</summary>
    public CancellationToken Token => _source.Token;

    public bool IsStopRequested => _source.IsCancellationRequested || _models >= _maxModels;

    public void CountModel() => _models++;

    /// <summary>As in the original, a trial that is cancelled, for its memory or by its runner, is the last one.</summary>
    public void Cancel() => _source.Cancel();

    public void Dispose() => _source.Dispose();
}
