using System.Diagnostics;
using System.Globalization;
using Microsoft.ML.AutoML;

namespace Microsoft.ML.BlockLlm.AutoML;

/// <summary>Fits the pipeline with a trial's parameters and measures it. Of all trials' models only the best one's stays in memory.</summary>
internal sealed class TrialRunner(
    MLContext context, SweepablePipeline pipeline, IEvaluateMetricManager metric, IDatasetManager data, AutoMLExperiment.AutoMLExperimentSettings experiment,
    SweepRun run) : ITrialRunner
{
    /// <summary>Runs a trial, on the calling thread.</summary>
    /// <exception cref="TrialFailedException">The trial failed.</exception>
    /// <exception cref="OperationCanceledException">The trial was cancelled.</exception>
    /// <exception cref="InvalidOperationException">There is no room for any trial, or none has a metric.</exception>
    public Task<TrialResult> RunAsync(TrialSettings settings, CancellationToken ct)
    {
        // A trial's own token hears of no cancellation that came before the trial was run, such as while a monitor was told of it.
        using var cancellation = CancellationTokenSource.CreateLinkedTokenSource(ct, experiment.CancellationToken);
        var stop = run.Memory.Begin(settings.TrialId, cancellation.Token);
        using var scope = TrialScope.Begin(context, stop);
        try
        {
            var result = Run(settings, stop);
            run.Failures.AddSuccess();
            run.Models.Offer(result);
            return Task.FromResult(result);
        }
        catch (Exception exception) when (!cancellation.IsCancellationRequested && run.Memory.ExcessOf(settings.TrialId) is { } reason)
        {
            throw new TrialFailedException(reason, exception);
        }
        catch (TrialFailedException exception)
        {
            // The experiment ends on what is no cancellation.
            if (run.Failures.AddFailure(exception))
                throw new InvalidOperationException(exception.Message, exception);
            throw;
        }
        catch (Exception exception) when (exception is not OperationCanceledException)
        {
            if (run.Failures.AddFailure(exception))
                throw;
            throw new TrialFailedException(exception.Message, exception);
        }
        finally
        {
            run.Memory.End();
        }
    }

    public void Dispose() => run.Models.EndTrial();

    private TrialResult Run(TrialSettings settings, CancellationToken cancellationToken)
    {
        var started = Stopwatch.GetTimestamp();
        ITransformer? model = null;
        try
        {
            var values = new List<double>();
            foreach (var (train, validation) in Splits(settings))
            {
                // Of several folds the first model stands for all, as in AutoML.
                var fitted = TrialPipeline.Fit(pipeline, context, settings.Parameter[TrialParameters.Pipeline], new CancelableDataView(train, cancellationToken));
                model ??= fitted;
                using var other = model == fitted ? null : fitted as IDisposable;
                cancellationToken.ThrowIfCancellationRequested();
                var scored = new ScoredDataView(fitted.Transform(new CancelableDataView(validation, cancellationToken)));
                values.Add(metric.Evaluate(context, scored));
                if (scored.HasNonFinite)
                    throw new TrialFailedException("Scores of the validation data are infinite or no numbers: training went astray. A lower learning rate may help.");
            }
            var value = values.Average();
            if (!double.IsFinite(value))
                throw new TrialFailedException(string.Create(CultureInfo.InvariantCulture, $"{metric.MetricName} of the validation data is {value}, by which no trials can be compared. A lower learning rate may help."));
            return new TrialResult
            {
                TrialSettings = settings,
                Metric = value,
                Loss = metric.IsMaximize ? -value : value,
                Model = model,
                DurationInMilliseconds = Stopwatch.GetElapsedTime(started).TotalMilliseconds,
            };
        }
        catch
        {
            (model as IDisposable)?.Dispose();
            throw;
        }
    }

    private IEnumerable<(IDataView Train, IDataView Validation)> Splits(TrialSettings settings) => data switch
    {
        ICrossValidateDatasetManager folds => context.Data.CrossValidationSplit(folds.Dataset, folds.Fold, folds.SamplingKeyColumnName)
            .Select(split => (split.TrainSet, split.TestSet)),
        ITrainValidateDatasetManager split => [(split.LoadTrainDataset(context, settings), split.LoadValidateDataset(context, settings))],
        _ => throw new NotSupportedException($"{data.GetType().Name} gives neither training and validation data nor folds. Set the data with SetDataset."),
    };
}
