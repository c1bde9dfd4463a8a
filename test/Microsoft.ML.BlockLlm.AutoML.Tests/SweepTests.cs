using Microsoft.ML.AutoML;
using Microsoft.ML.BlockLlm.Tests;
using Microsoft.ML.Data;
using Microsoft.ML.SearchSpace.Option;

namespace Microsoft.ML.BlockLlm.AutoML.Tests;

[TestClass]
public sealed class SweepTests
{
    private readonly MLContext _ml = new(seed: 1);
    private readonly SweepMonitor _monitor = new();

    [TestMethod]
    [DataRow("eci")]
    [DataRow("cost-frugal")]
    [DataRow("random")]
    [DataRow("grid")]
    [DataRow("halving")]
    public void Every_tuner_gives_the_best_of_its_trials_and_as_many_as_it_may(string tuner)
    {
        var result = Experiment().SetTuner(tuner).SetMaxModelToExplore(4).Run();

        Assert.AreEqual(4, _monitor.Trials.Count);
        Assert.AreEqual(_monitor.Trials.Max(trial => trial.Metric), result.Metric);
        Assert.AreEqual(_monitor.Best!.Id, result.TrialSettings.TrialId);
        result.DisposeModel();
    }

    [TestMethod]
    public void The_best_model_scores_as_it_was_measured()
    {
        var result = Experiment().SetRandomSearchTuner(seed: 3).SetMaxModelToExplore(3).Run();

        var metrics = _ml.MulticlassClassification.Evaluate(result.Model.Transform(Sweeps.Messages(_ml, 30)));

        Assert.AreEqual(result.Metric, metrics.MicroAccuracy);
        result.DisposeModel();
    }

    [TestMethod]
    public void The_best_parameters_build_a_pipeline_to_fit_on_all_data()
    {
        var pipeline = Sweeps.Pipeline(_ml);
        var result = Sweeps.Experiment(_ml, pipeline).SetRandomSearchTuner(seed: 3).SetMaxModelToExplore(2).Run();
        result.DisposeModel();

        using var model = pipeline.BuildFromTrial(_ml, result).Fit(Sweeps.Messages(_ml, 60));

        Assert.AreEqual(60, model.Transform(Sweeps.Messages(_ml, 60)).GetColumn<string>("PredictedLabel").Count());
    }

    [TestMethod]
    public void Folds_are_measured_one_by_one_and_averaged()
    {
        var experiment = _ml.Auto().CreateExperiment()
            .SetDataset(Sweeps.Messages(_ml, 60), fold: 2)
            .SetMulticlassClassificationMetric(MulticlassClassificationMetric.MicroAccuracy, labelColumn: "Label")
            .SetBlockLlmPipeline(Sweeps.Pipeline(_ml))
            .SetMaxModelToExplore(1);

        var result = experiment.Run();

        var folds = _ml.Data.CrossValidationSplit(Sweeps.Messages(_ml, 60), 2);
        var accuracies = folds.Select(fold =>
        {
            using var model = Sweeps.Pipeline(_ml).BuildFromTrial(_ml, result).Fit(fold.TrainSet);
            return _ml.MulticlassClassification.Evaluate(model.Transform(fold.TestSet)).MicroAccuracy;
        });
        Assert.AreEqual(accuracies.Average(), result.Metric, 1e-9);
        result.DisposeModel();
    }

    [TestMethod]
    public void A_language_model_is_swept_by_its_loss()
    {
        var options = new BlockLlmLanguageModelOptions { Model = TinyLanguageModel.Open(), MaxSteps = 4, BatchSize = 4, LearningRate = 0.01, Seed = 1 };
        var data = _ml.Data.LoadFromEnumerable(Verse.Make(40));
        var pipeline = _ml.Auto().BlockLlmLanguageModel(options).Append(_ml.Transforms.CopyColumns("Copy", "Text"));

        var result = _ml.Auto().CreateExperiment()
            .SetDataset(data, data)
            .SetBlockLlmPipeline(pipeline, LanguageModelingMetric.Loss)
            .SetMonitor(_monitor)
            .SetMaxModelToExplore(3)
            .Run();

        Assert.AreEqual(_monitor.Trials.Min(trial => trial.Metric), result.Metric);
        Assert.AreEqual(result.Metric, _ml.LanguageModeling.Evaluate(result.Model.Transform(data)).Loss, 1e-9);
        result.DisposeModel();
    }

    [TestMethod]
    public void Without_data_the_error_says_what_to_call()
    {
        var experiment = _ml.Auto().CreateExperiment()
            .SetMulticlassClassificationMetric(MulticlassClassificationMetric.MicroAccuracy, labelColumn: "Label")
            .SetBlockLlmPipeline(Sweeps.Pipeline(_ml));

        var error = Assert.ThrowsException<AggregateException>(() => experiment.Run()).InnerException!;

        StringAssert.Contains(error.Message, "SetDataset");
    }

    [TestMethod]
    public async Task Cancelling_the_experiment_ends_the_trial_before_its_next_step()
    {
        using var cancellation = new CancellationTokenSource();
        var steps = new Steps { At = 12, Do = cancellation.Cancel };
        var options = Sweeps.Options with { Progress = steps };
        var result = await Experiment(options, new() { ["BatchSize"] = new ChoiceOption(16), ["Epochs"] = new ChoiceOption(3) }).RunAsync(cancellation.Token);

        Assert.AreEqual(12, steps.Count);
        Assert.AreEqual(0, result.TrialSettings.TrialId);
        Assert.AreEqual(SweepTrialStatus.Running, _monitor.Trials[1].Status);
        result.DisposeModel();
    }

    [TestMethod]
    public async Task Cancelling_while_a_trial_is_announced_ends_it_before_its_first_step()
    {
        using var cancellation = new CancellationTokenSource();
        var (steps, trials) = (new Steps(), 0);
        var monitor = new SweepMonitor(new AtStart(() =>
        {
            if (++trials == 2)
                cancellation.Cancel();
        }));

        var result = await Experiment(Sweeps.Options with { Progress = steps }, new() { ["BatchSize"] = new ChoiceOption(16), ["Epochs"] = new ChoiceOption(1) })
            .SetMonitor(monitor).RunAsync(cancellation.Token);

        Assert.AreEqual(3, steps.Count, "The first trial makes three steps.");
        Assert.AreEqual(0, result.TrialSettings.TrialId);
        Assert.AreEqual(SweepTrialStatus.Running, monitor.Trials[1].Status);
        result.DisposeModel();
    }

    [TestMethod]
    public void The_end_of_the_time_ends_the_trial_before_its_next_step()
    {
        var (steps, ends) = (0, 0L);
        var start = DateTime.UtcNow;
        var options = Sweeps.Options with
        {
            Progress = new Steps
            {
                Each = () =>
                {
                    steps++;
                    // One step that outlasts the time, so that the one after it would be too late.
                    if (steps == 4)
                        Thread.Sleep(start.AddSeconds(1.5) - DateTime.UtcNow is { Ticks: > 0 } rest ? rest : TimeSpan.Zero);
                    ends = steps;
                },
            },
        };

        var result = Experiment(options, new() { ["BatchSize"] = new ChoiceOption(16), ["Epochs"] = new ChoiceOption(1) }).SetTrainingTimeInSeconds(1).Run();

        Assert.AreEqual(4, ends);
        Assert.AreEqual(1, _monitor.Trials.Count(trial => trial.Metric is not null));
        result.DisposeModel();
    }

    private AutoMLExperiment Experiment(BlockLlmTextClassificationOptions? options = null, SearchSpace.SearchSpace? searchSpace = null) =>
        Sweeps.Experiment(_ml, Sweeps.Pipeline(_ml, options, searchSpace)).SetMonitor(_monitor);
}
