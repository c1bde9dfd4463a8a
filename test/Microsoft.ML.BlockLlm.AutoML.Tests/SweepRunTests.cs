using Microsoft.ML.AutoML;
using static TorchSharp.torch;

namespace Microsoft.ML.BlockLlm.AutoML.Tests;

/// <summary>An experiment that is run more than once.</summary>
[TestClass]
[DoNotParallelize]
public sealed class SweepRunTests
{
    private readonly MLContext _ml = new(seed: 1);

    [TestMethod]
    public void A_second_run_goes_on_to_look_for_a_better_trial_and_leaves_the_first_result_alone()
    {
        GC.Collect();
        GC.WaitForPendingFinalizers();
        var before = Tensor.TotalCount;
        var monitor = new SweepMonitor();
        var experiment = Sweeps.Experiment(_ml, Sweeps.Pipeline(_ml)).SetRandomSearchTuner(seed: 5).SetMonitor(monitor).SetMaxModelToExplore(2);

        var first = experiment.Run();
        var second = experiment.Run();

        CollectionAssert.AreEqual(new[] { 0, 1, 0, 1 }, monitor.Trials.Select(trial => trial.Id).ToArray());
        Assert.IsTrue(monitor.Trials.All(trial => trial.Metric is not null), monitor.ToString());
        Assert.AreEqual(monitor.Trials.Max(trial => trial.Metric), second.Metric);
        Assert.AreEqual(first.Metric, Accuracy(first));
        Assert.AreEqual(second.Metric, Accuracy(second));
        first.DisposeModel();
        if (second != first)
            second.DisposeModel();
        Assert.AreEqual(before, Tensor.TotalCount);
    }

    [TestMethod]
    public void The_model_of_a_former_run_is_not_released_by_a_better_one()
    {
        var models = new SweepModels();

        models.BeginRun();
        var handedOut = Offer(loss: 3);
        models.BeginRun();
        var next = Offer(loss: 2);
        var best = Offer(loss: 1);

        // A result whose model was released has none.
        Assert.IsNotNull(handedOut.Model);
        Assert.IsNull(next.Model);
        Assert.IsNotNull(best.Model);

        TrialResult Offer(double loss)
        {
            var result = new TrialResult { Model = _ml.Transforms.CopyColumns("Copy", "Text").Fit(Sweeps.Messages(_ml)), Loss = loss };
            models.Offer(result);
            models.EndTrial();
            return result;
        }
    }

    private double Accuracy(TrialResult trial) => _ml.MulticlassClassification.Evaluate(trial.Model.Transform(Sweeps.Messages(_ml, 30))).MicroAccuracy;
}
