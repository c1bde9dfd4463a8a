namespace Microsoft.ML.AutoML;

/// <summary>When an experiment ends: its time is up, it has made enough models, or somebody cancels it or its trial.</summary>
internal sealed class StopConditions : IDisposable
{
    private readonly CancellationTokenSource _source;
    private readonly int _maxModels;
    private CancellationTokenSource _trial;
    private int _models;

    public StopConditions(ExperimentSettings settings, bool hasTimeLimit, CancellationToken cancellationToken)
    {
        _maxModels = settings.MaxModels;
        _source = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        if (hasTimeLimit)
            _source.CancelAfter(TimeSpan.FromSeconds(settings.MaxExperimentTimeInSeconds));
    }

    /// <remarks>As in the original, a trial that is cancelled, as the monitor of memory does, is the last one.</remarks>
    public bool IsStopRequested => _source.IsCancellationRequested || _trial is { IsCancellationRequested: true } || _models >= _maxModels;

    /// <summary>What cancels the next trial.</summary>
    public CancellationTokenSource BeginTrial() => _trial = new CancellationTokenSource();

    /// <summary>Lets all that ends the experiment cancel a trial, the first one too, until what is returned is disposed. As in the original, a trial hears nothing of an end that came before.</summary>
    public IDisposable Cancel(CancellationTokenSource trial) => _source.IsCancellationRequested ? null : _source.Token.Register(trial.Cancel);

    public void CountModel() => _models++;

    public void Dispose() => _source.Dispose();
}
