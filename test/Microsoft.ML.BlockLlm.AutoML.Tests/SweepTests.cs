using Microsoft.ML.AutoML;
using Microsoft.ML.BlockLlm.Tests;
using Microsoft.ML.BlockLlm.Training;
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
    public void A_trial_that_diverges_is_recorded_with_its_reason_and_the_sweep_goes_on()
    {
        var space = Sweeps.Short;
        space["LearningRate"] = new ChoiceOption(1e30, 0.01);
        space["Method"] = new ChoiceOption("BlockLlm");

        var result = Experiment(Sweeps.Options, space).SetRandomSearchTuner(seed: 5).SetMaxModelToExplore(6).Run();

        var (diverged, measured) = (_monitor.Trials.Where(IsWild).ToList(), _monitor.Trials.Where(trial => !IsWild(trial)).ToList());
        Assert.IsTrue(diverged.Count > 0 && measured.Count > 0, _monitor.ToString());
        foreach (var trial in diverged)
            StringAssert.Contains(trial.Failure, "Training diverged at step 2");
        Assert.IsTrue(measured.All(trial => trial.Metric is not null), _monitor.ToString());
        Assert.AreEqual(measured.Max(trial => trial.Metric), result.Metric);
        result.DisposeModel();

        static bool IsWild(SweepTrial trial) => trial.Parameters["LearningRate"] == "1E+30";
    }

    [TestMethod]
    public void Trials_that_lack_memory_in_the_same_words_do_not_end_the_sweep()
    {
        var failures = new SweepFailures();

        Assert.IsFalse(failures.AddFailure(new OutOfTrainingMemoryException("An update needs 8 GiB, and 4 GiB are there.")));
        Assert.IsFalse(failures.AddFailure(new OutOfTrainingMemoryException("An update needs 8 GiB, and 4 GiB are there.")));
    }

    [TestMethod]
    public void Where_every_trial_fails_in_the_same_words_the_sweep_ends_with_the_reason()
    {
        var experiment = Experiment(Sweeps.Options with { TextColumnName = "Body" }).SetMaxModelToExplore(100);

        var error = Assert.ThrowsException<AggregateException>(() => experiment.Run()).InnerException!;

        StringAssert.Contains(error.Message, "Body");
        Assert.AreEqual(2, _monitor.Trials.Count);
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

    [TestMethod]
    public void A_trial_beyond_the_memory_limit_fails_with_its_reason_and_the_sweep_goes_on()
    {
        byte[]? ballast = null;
        var limit = MegabytesBesides(400);
        // Three steps are a trial; in the next one is time for the monitor, which looks once a second, to see what is wrong.
        var steps = new Steps { At = 5, Do = () => { ballast = Megabytes(600); Thread.Sleep(3000); } };
        var monitor = new SweepMonitor(new AtStart(() => ballast = null));
        var space = new SearchSpace.SearchSpace { ["Epochs"] = new ChoiceOption(1), ["BatchSize"] = new ChoiceOption(16) };

        var result = Experiment(Sweeps.Options with { Progress = steps }, space).SetMonitor(monitor).SetMaximumMemoryUsageInMegaByte(limit).SetMaxModelToExplore(3).Run();

        CollectionAssert.AreEqual(new[] { true, false, true }, monitor.Trials.Select(trial => trial.Metric is not null).ToArray(), monitor.ToString());
        StringAssert.Contains(monitor.Trials[1].Failure, $"more than the {limit} MB of SetMaximumMemoryUsageInMegaByte");
        Assert.AreEqual(monitor.Trials.Max(trial => trial.Metric), result.Metric);
        result.DisposeModel();
    }

    [TestMethod]
    public void A_memory_limit_below_what_the_process_takes_ends_the_sweep_with_the_reason()
    {
        var error = Assert.ThrowsException<AggregateException>(() => Experiment().SetMaximumMemoryUsageInMegaByte(1).Run()).InnerException!;

        StringAssert.Contains(error.Message, "Before the trial began");
        StringAssert.Contains(error.Message, "more than the 1 MB");
        Assert.AreEqual(error.Message, _monitor.Trials.Single().Failure);
    }

    [TestMethod]
    public void Where_no_room_is_left_after_a_good_trial_the_sweep_ends_with_it()
    {
        byte[]? ballast = null;
        var limit = MegabytesBesides(400);
        var monitor = new SweepMonitor(new WhenBest(() => ballast = Megabytes(600)));

        var result = Experiment().SetMonitor(monitor).SetMaximumMemoryUsageInMegaByte(limit).SetMaxModelToExplore(5).Run();

        Assert.AreEqual(0, result.TrialSettings.TrialId);
        Assert.AreEqual(2, monitor.Trials.Count, monitor.ToString());
        GC.KeepAlive(ballast);
        result.DisposeModel();
    }

    [TestMethod]
    public void A_trial_whose_scores_are_no_numbers_is_recorded_with_its_reason_and_the_sweep_goes_on()
    {
        // With three updates, the first of which throws the weights far away, and the others of which are skipped, training ends without complaint.
        var options = Sweeps.Options with { Training = new() { Epochs = 1, BatchSize = 16, WarmupFraction = 0, OnNonFinite = NonFinitePolicy.Skip } };
        var space = new SearchSpace.SearchSpace { ["LearningRate"] = new ChoiceOption(1e30, 0.01), ["Epochs"] = new ChoiceOption(1), ["BatchSize"] = new ChoiceOption(16), ["Method"] = new ChoiceOption("BlockLlm") };

        var result = Experiment(options, space).SetMulticlassClassificationMetric(MulticlassClassificationMetric.LogLoss, labelColumn: "Label")
            .SetRandomSearchTuner(seed: 5).SetMaxModelToExplore(6).Run();

        var wild = _monitor.Trials.Where(trial => trial.Parameters["LearningRate"] == "1E+30").ToList();
        Assert.IsTrue(wild.Count is > 0 and < 6, _monitor.ToString());
        foreach (var trial in wild)
            StringAssert.Contains(trial.Failure, "infinite or no numbers");
        Assert.AreEqual(6 - wild.Count, _monitor.Trials.Count(trial => trial.Metric is not null));
        result.DisposeModel();
    }

    [TestMethod]
    public void Trials_whose_metric_is_infinite_are_recorded_with_their_reason()
    {
        // Of validation data with one class alone a guess by its share is never wrong, and no model reduces its loss.
        var single = _ml.Data.LoadFromEnumerable(Message.Make(48).Where(message => message.Label == Message.Make(1).Single().Label));
        var experiment = Experiment().SetDataset(Sweeps.Messages(_ml), single).SetMulticlassClassificationMetric(MulticlassClassificationMetric.LogLossReduction, labelColumn: "Label");

        Assert.ThrowsException<AggregateException>(() => experiment.SetMaxModelToExplore(2).Run());

        Assert.AreEqual(2, _monitor.Trials.Count);
        foreach (var trial in _monitor.Trials)
            StringAssert.Contains(trial.Failure, "LogLossReduction of the validation data is");
    }

    [TestMethod]
    public void Trials_that_fail_count_as_models()
    {
        var space = Sweeps.Short;
        space["LearningRate"] = new ChoiceOption(1e30);

        Assert.ThrowsException<AggregateException>(() => Experiment(Sweeps.Options, space).SetMaxModelToExplore(3).Run());

        Assert.AreEqual(3, _monitor.Trials.Count(trial => trial.Status == SweepTrialStatus.Failed));
    }

    private AutoMLExperiment Experiment(BlockLlmTextClassificationOptions? options = null, SearchSpace.SearchSpace? searchSpace = null) =>
        Sweeps.Experiment(_ml, Sweeps.Pipeline(_ml, options, searchSpace)).SetMonitor(_monitor);

    /// <summary>Megabytes that the process takes without what is to be collected, and some more.</summary>
    private static long MegabytesBesides(int more)
    {
        GC.Collect(GC.MaxGeneration, GCCollectionMode.Aggressive, blocking: true, compacting: true);
        return (ProcessMemory.Resident >> 20) + more;
    }

    private static byte[] Megabytes(int count)
    {
        var array = GC.AllocateUninitializedArray<byte>(count << 20);
        array.AsSpan().Fill(1);
        return array;
    }

    /// <summary>Acts when a trial is the best so far.</summary>
    private sealed class WhenBest(Action action) : IProgress<SweepTrial>
    {
        public void Report(SweepTrial value)
        {
            if (value.Status == SweepTrialStatus.Best)
                action();
        }
    }

    /// <summary>Counts updates, and does something at one of them.</summary>
    private sealed class Steps : IProgress<TrainingProgress>
    {
        public int Count { get; private set; }

        public int At { get; init; }

        public Action? Do { get; init; }

        public Action? Each { get; init; }

        public void Report(TrainingProgress value)
        {
            Each?.Invoke();
            if (++Count == At)
                Do?.Invoke();
        }
    }
}
