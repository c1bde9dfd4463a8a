using Microsoft.ML.BlockLlm.AutoML;
using Microsoft.ML.Data;

namespace Microsoft.ML.AutoML;

/// <summary>Experiments over BlockLLM trainers.</summary>
public static class BlockLlmExperimentExtensions
{
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
            services.Get<IDatasetManager>("data. Call SetDataset"),
            models,
            failures));
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
