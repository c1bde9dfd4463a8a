using Microsoft.ML.BlockLlm.AutoML;
using Microsoft.ML.Data;

namespace Microsoft.ML.AutoML;

/// <summary>Experiments over BlockLLM trainers.</summary>
public static class BlockLlmExperimentExtensions
{
    private const string Data = "data. Call SetDataset";

    /// <summary>Sets the pipeline of an experiment, as <c>SetPipeline</c> does, and runs its trials so that a sweep of fine-tuned models fits into memory and survives bad parameters.</summary>
    /// <remarks>
    /// As soon as a trial is measured, the loser of it and the best one so far is disposed: one model is in memory at a time, besides the one that is trained. The model in the experiment's result is the caller's to dispose.
    /// A trial that fails, or whose metric is not finite, is reported to the monitor with its reason (<see cref="TrialFailedException"/>) and the experiment goes on, unless the first two fail in the same words: then
    /// no parameters would help, and the experiment ends with that reason. Cancelling the experiment, or the end of its time, ends a trial within one training step. Monitors must not throw.
    /// </remarks>
    /// <param name="experiment">The experiment. Set tuner and monitor after the pipeline, which sets both to AutoML's own.</param>
    /// <param name="pipeline">The pipeline.</param>
    /// <param name="metric">By which figure language models are compared. Null for the metric that the experiment has, such as that of <c>SetMulticlassClassificationMetric</c>.</param>
    /// <exception cref="ArgumentNullException"><paramref name="experiment"/> or <paramref name="pipeline"/> is null.</exception>
    public static AutoMLExperiment SetBlockLlmPipeline(this AutoMLExperiment experiment, SweepablePipeline pipeline, LanguageModelingMetric? metric = null)
    {
        ArgumentNullException.ThrowIfNull(experiment);
        ArgumentNullException.ThrowIfNull(pipeline);
        var models = new SweepModels();
        var failures = new SweepFailures();
        return experiment.SetPipeline(pipeline).SetTrialRunner(services => new TrialRunner(
            services.Get<MLContext>("context"),
            pipeline,
            metric is { } figure ? new LanguageModelingMetricManager(figure) : services.Get<IEvaluateMetricManager>("metric. Call SetMulticlassClassificationMetric, or name a LanguageModelingMetric"),
            services.Get<IDatasetManager>(Data),
            models,
            failures));
    }

    /// <summary>Sets a tuner that tries many configurations for a small part of their steps and spends the rest of the time on the best (successive halving, arXiv 1502.07943 and 1810.05934).</summary>
    /// <remarks>
    /// A configuration trains until it has made 1/η^(K−1) of its steps, with the learning rate of the whole run, and is measured on the validation data: one trial. When it is among the best 1/η of those
    /// measured so far, it goes on to η times as many steps in a further trial, from its checkpoint, and so on until it has made them all. The first configuration is that of the trainer's options, all others are random.
    /// The best trial may be one that has made a part of its steps only; <see cref="BuildFromTrial"/> builds the pipeline to make them all. Folds of cross-validation are not supported.
    /// </remarks>
    /// <param name="experiment">The experiment; its pipeline must be set before.</param>
    /// <param name="checkpointDirectory">The folder in which configurations wait to go on. What a configuration needs no more is deleted; the rest is yours to delete after the sweep. Folders of an earlier sweep are written over.</param>
    /// <param name="reductionFactor">η: one of so many configurations goes on. At least 2.</param>
    /// <param name="rungs">K: how often a configuration is measured until it has made all its steps. At least 2.</param>
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
            var settings = services.Get<AutoMLExperiment.AutoMLExperimentSettings>("settings");
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
