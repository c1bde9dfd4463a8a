using Microsoft.ML.BlockLlm.AutoML;
using Microsoft.ML.Data;
using Microsoft.ML.Runtime;

namespace Microsoft.ML.AutoML;

/// <summary>Experiments over BlockLLM trainers.</summary>
public static class BlockLlmExperimentExtensions
{
    private const string Settings = "settings";
    private const string Data = "data. Call SetDataset";

    /// <summary>Sets the pipeline of an experiment, as <c>SetPipeline</c> does, and runs its trials so that a sweep of fine-tuned models fits into memory and survives bad parameters.</summary>
    /// <remarks>
    /// As soon as a trial is measured, the loser of it and the best one so far is disposed: one model is in memory at a time, besides the one that is trained. The model in the experiment's result is the caller's to dispose.
    /// A trial that fails, or whose metric is not finite, is reported to the monitor with its reason (<see cref="TrialFailedException"/>) and the experiment goes on. Only where none has gone well yet and two in a row fail in the same words,
    /// or ten for what parameters may cause (divergence, lack of memory, a metric that is not finite), would no parameters help, and the experiment ends with that reason. Cancelling the experiment, or the end of its time, ends a trial within one training step. Monitors must not throw.
    /// Run again, the experiment goes on to look for a better trial than those of its runs before; its result may be one of theirs.
    /// <para>
    /// A trial that takes more memory than <c>SetMaximumMemoryUsageInMegaByte</c> says fails like any other, where AutoML's own monitor of memory would end the experiment; so leave <c>SetPerformanceMonitor</c> alone.
    /// What the process takes is looked at once a second. Where it is too much before a trial begins, no trial has room, and the experiment ends with the best so far.
    /// </para>
    /// </remarks>
    /// <param name="experiment">The experiment. Set tuner and monitor after the pipeline, which sets both to AutoML's own.</param>
    /// <param name="pipeline">The pipeline.</param>
    /// <param name="metric">By which figure language models are compared. Null for the metric that the experiment has, such as that of <c>SetMulticlassClassificationMetric</c>.</param>
    /// <exception cref="ArgumentNullException"><paramref name="experiment"/> or <paramref name="pipeline"/> is null.</exception>
    public static AutoMLExperiment SetBlockLlmPipeline(this AutoMLExperiment experiment, SweepablePipeline pipeline, LanguageModelingMetric? metric = null)
    {
        ArgumentNullException.ThrowIfNull(experiment);
        ArgumentNullException.ThrowIfNull(pipeline);
        var runs = new SweepRuns();
        return experiment.SetPipeline(pipeline)
            .SetPerformanceMonitor(services => new TrialMemoryMonitor(services.Get<AutoMLExperiment.AutoMLExperimentSettings>(Settings), services.Get<IChannel>("log"), runs.Of(services)))
            .SetTrialRunner(services => new TrialRunner(
                services.Get<MLContext>("context"),
                pipeline,
                metric is { } figure ? new LanguageModelingMetricManager(figure) : services.Get<IEvaluateMetricManager>("metric. Call SetMulticlassClassificationMetric, or name a LanguageModelingMetric"),
                services.Get<IDatasetManager>(Data),
                services.Get<AutoMLExperiment.AutoMLExperimentSettings>(Settings),
                runs.Of(services)));
    }

    /// <summary>Sets a tuner that tries many configurations for a few training steps and spends the rest of the time on the best (successive halving, arXiv 1502.07943 and 1810.05934).</summary>
    /// <remarks>
    /// A configuration trains on r rows (of a language model, packed sequences), in ⌈r / batch⌉ steps with the learning rate of its whole run, and is measured on the validation data: one trial. When it is among the
    /// best 1/η of those measured so far, it goes on to η·r rows in a further trial, from its checkpoint, and so on until it has made all its steps. Rows are the same for all, so that neither long configurations nor
    /// large batches have an advantage: one that is done earlier is compared by its last measurement. The first configuration is that of the trainer's options, which has made all its steps on the K-th rung; all others are random.
    /// The best trial may be one that has made a part of its steps only; <see cref="BuildFromTrial"/> builds the pipeline to make them all. Folds of cross-validation are not supported.
    /// <para>
    /// On the disk lie at most η checkpoints for each rung, those of the best that wait there, besides that of the trial that runs. Each has the weights that are trained and the optimizer's state.
    /// A configuration that is longer than that of the options by more than η, η², … times has one rung more for each. The checkpoint of a configuration that is done or has lost is deleted at once.
    /// </para>
    /// </remarks>
    /// <param name="experiment">The experiment; its pipeline must be set before.</param>
    /// <param name="checkpointDirectory">The folder in which configurations wait to go on, of this sweep alone; made if it is missing. What is left there after the sweep is yours to delete. Folders of an earlier sweep are written over.</param>
    /// <param name="reductionFactor">η: one of so many configurations goes on. At least 2.</param>
    /// <param name="rungs">K: how often the configuration of the options is measured until it has made all its steps, the first time after 1/η^(K−1) of them. At least 2.</param>
    /// <param name="seed">Fixes the configurations. Null for the seed of the experiment, which is that of its context.</param>
    /// <exception cref="ArgumentException"><paramref name="checkpointDirectory"/> is empty, or <paramref name="experiment"/> is null.</exception>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="reductionFactor"/> or <paramref name="rungs"/> is below 2.</exception>
    public static AutoMLExperiment SetSuccessiveHalvingTuner(
        this AutoMLExperiment experiment, string checkpointDirectory, int reductionFactor = 3, int rungs = 3, int? seed = null)
    {
        ArgumentNullException.ThrowIfNull(experiment);
        ArgumentException.ThrowIfNullOrWhiteSpace(checkpointDirectory);
        ArgumentOutOfRangeException.ThrowIfLessThan(reductionFactor, 2);
        ArgumentOutOfRangeException.ThrowIfLessThan(rungs, 2);
        return experiment.SetTuner(services =>
        {
            if (services.Get<IDatasetManager>(Data) is ICrossValidateDatasetManager)
                throw new InvalidOperationException("Successive halving goes on from checkpoints, which folds of cross-validation have none of. Set training and validation data with SetDataset, or another tuner.");
            var settings = services.Get<AutoMLExperiment.AutoMLExperimentSettings>(Settings);
            var pipeline = services.Get<SweepablePipeline>("pipeline. Call SetBlockLlmPipeline");
            return new SuccessiveHalvingTuner(settings.SearchSpace, pipeline, checkpointDirectory, reductionFactor, rungs, seed ?? settings.Seed);
        });
    }

    /// <summary>Builds the pipeline with the parameters of a trial, to fit it in full: a trial of successive halving may have made a part of its steps only.</summary>
    /// <param name="pipeline">The pipeline of the experiment.</param>
    /// <param name="context">The context.</param>
    /// <param name="trial">The trial, such as the result of the experiment.</param>
    /// <exception cref="ArgumentNullException">An argument is null.</exception>
    public static EstimatorChain<ITransformer> BuildFromTrial(this SweepablePipeline pipeline, MLContext context, TrialResult trial)
    {
        ArgumentNullException.ThrowIfNull(pipeline);
        ArgumentNullException.ThrowIfNull(context);
        ArgumentNullException.ThrowIfNull(trial);
        return pipeline.BuildFromOption(context, TrialParameters.WithoutBudgets(trial.TrialSettings.Parameter));
    }

    private static T Get<T>(this IServiceProvider services, string what) where T : class =>
        (T?)services.GetService(typeof(T)) ?? throw new InvalidOperationException($"The experiment has no {what}.");
}
