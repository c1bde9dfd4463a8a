using System.Diagnostics;

namespace Microsoft.ML.AutoML;

/// <summary>Fits a pipeline with a trial's parameters and evaluates it. The caller of the experiment owns the models of all trials.</summary>
internal sealed class SweepablePipelineRunner(MLContext context, SweepablePipeline pipeline, IEvaluateMetricManager metrics, IDatasetManager data) : ITrialRunner
{
    public Task<TrialResult> RunAsync(TrialSettings settings, CancellationToken ct)
    {
        using var registration = ct.Register(context.CancelExecution);
        try
        {
            return Task.FromResult(Run(settings));
        }
        catch (Exception exception) when (ct.IsCancellationRequested)
        {
            throw new OperationCanceledException(exception.Message, exception.InnerException);
        }
    }

    public void Dispose() => context.CancelExecution();

    private TrialResult Run(TrialSettings settings)
    {
        var started = Stopwatch.GetTimestamp();
        var parameter = settings.Parameter[AutoMLExperiment.PipelineSearchSpaceName];
        var runs = Splits(settings).Select(split =>
        {
            var model = pipeline.BuildFromOption(context, parameter).Fit(split.Train);
            return (Model: model, Metric: metrics.Evaluate(context, model.Transform(split.Validation)));
        }).ToArray();
        var metric = runs.Average(run => run.Metric);
        return new TrialResult
        {
            Metric = metric,
            Loss = metrics.IsMaximize ? -metric : metric,
            Model = runs[0].Model,
            DurationInMilliseconds = Stopwatch.GetElapsedTime(started).TotalMilliseconds,
            TrialSettings = settings,
        };
    }

    private IEnumerable<(IDataView Train, IDataView Validation)> Splits(TrialSettings settings) => data switch
    {
        ICrossValidateDatasetManager folds => context.Data.CrossValidationSplit(folds.Dataset, folds.Fold, folds.SamplingKeyColumnName)
            .Select(split => (split.TrainSet, split.TestSet)),
        ITrainValidateDatasetManager split => [(split.LoadTrainDataset(context, settings), split.LoadValidateDataset(context, settings))],
        _ => throw new ArgumentException("IDatasetManager must be either ITrainTestDatasetManager or ICrossValidationDatasetManager"),
    };
}
