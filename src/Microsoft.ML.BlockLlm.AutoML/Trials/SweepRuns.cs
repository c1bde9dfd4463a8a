namespace Microsoft.ML.BlockLlm.AutoML;

/// <summary>Tells the runs of an experiment apart: its services are made anew for each.</summary>
internal sealed class SweepRuns
{
    private readonly SweepModels _models = new();
    private IServiceProvider? _services;
    private SweepRun? _run;

    /// <summary>The run that services belong to; it begins where they are new.</summary>
    public SweepRun Of(IServiceProvider services)
    {
        if (_run is not null && services == _services)
            return _run;
        _models.BeginRun();
        _services = services;
        return _run = new SweepRun(_models);
    }
}
