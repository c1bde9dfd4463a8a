using Microsoft.ML.AutoML;
using Microsoft.ML.BlockLlm.Tests;
using Microsoft.ML.BlockLlm.Training;
using Microsoft.ML.SearchSpace.Option;

namespace Microsoft.ML.BlockLlm.AutoML.Tests;

/// <summary>What comes of trials that fail, and of the sweep that they are part of.</summary>
[TestClass]
public sealed class SweepFailureTests
{
    private readonly MLContext _ml = new(seed: 1);
    private readonly SweepMonitor _monitor = new();

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
    public void Two_failures_in_the_same_words_end_a_sweep_only_in_a_row_and_before_any_success()
    {
        var failures = new SweepFailures();

        Assert.IsFalse(failures.AddFailure(new IOException("The disk is gone.")));
        Assert.IsFalse(failures.AddFailure(new IOException("The net is gone.")));
        Assert.IsFalse(failures.AddFailure(new IOException("The disk is gone.")));
        Assert.IsTrue(failures.AddFailure(new IOException("The disk is gone.")));
        failures.AddSuccess();
        Assert.IsFalse(failures.AddFailure(new IOException("The disk is gone.")));
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
    public void Where_ten_trials_in_a_row_have_no_finite_metric_the_sweep_ends_with_the_reason()
    {
        var experiment = Experiment(searchSpace: new() { ["Epochs"] = new ChoiceOption(1), ["BatchSize"] = new ChoiceOption(16) })
            .SetMulticlassClassificationMetric(MulticlassClassificationMetric.LogLossReduction, labelColumn: "Label")
            .SetDataset(Sweeps.Messages(_ml), _ml.Data.LoadFromEnumerable(Message.Make(48).Where(message => message.Label == Message.Make(1).Single().Label)));

        var error = Assert.ThrowsException<AggregateException>(() => experiment.SetMaxModelToExplore(100).Run()).InnerException!;

        StringAssert.Contains(error.Message, "LogLossReduction of the validation data is");
        Assert.AreEqual(10, _monitor.Trials.Count);
    }

    [TestMethod]
    public void Trials_that_fail_count_as_models()
    {
        var space = Sweeps.Short;
        space["LearningRate"] = new ChoiceOption(1e30);

        Assert.ThrowsException<AggregateException>(() => Experiment(Sweeps.Options, space).SetMaxModelToExplore(3).Run());

        Assert.AreEqual(3, _monitor.Trials.Count(trial => trial.Status == SweepTrialStatus.Failed));
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
}
