using Microsoft.ML.AutoML;
using Microsoft.ML.BlockLlm.Tests;
using Microsoft.ML.SearchSpace.Option;
using static TorchSharp.torch;

namespace Microsoft.ML.BlockLlm.AutoML.Tests;

/// <summary>However many trials a sweep has, the tensors of one model live between them, and none once that is disposed.</summary>
[TestClass]
[DoNotParallelize]
public sealed class SweepMemoryTests
{
    private readonly MLContext _ml = new(seed: 1);

    [TestInitialize]
    public void ReleaseWhatOthersLeft()
    {
        GC.Collect();
        GC.WaitForPendingFinalizers();
    }

    [TestMethod]
    [DataRow("eci")]
    [DataRow("cost-frugal")]
    [DataRow("random")]
    [DataRow("grid")]
    [DataRow("halving")]
    public void Losing_models_are_disposed_at_once(string tuner)
    {
        var before = Tensor.TotalCount;
        var counts = new List<long>();
        var monitor = new SweepMonitor(new AtStart(() => counts.Add(Tensor.TotalCount - before)));

        var result = Sweeps.Experiment(_ml, Sweeps.Pipeline(_ml)).SetTuner(tuner).SetMonitor(monitor).SetMaxModelToExplore(6).Run();

        Assert.AreEqual(0, counts[0]);
        Assert.IsTrue(counts[1] > 0);
        Assert.AreEqual(1, counts.Skip(1).Distinct().Count(), $"tensors at the start of each trial: {string.Join(", ", counts)}");
        result.DisposeModel();
        Assert.AreEqual(before, Tensor.TotalCount);
    }

    [TestMethod]
    public void Trials_that_fail_leave_nothing_behind()
    {
        var before = Tensor.TotalCount;
        var space = Sweeps.Short;
        space["LearningRate"] = new ChoiceOption(1e30, 0.01);

        var result = Sweeps.Experiment(_ml, Sweeps.Pipeline(_ml, searchSpace: space)).SetRandomSearchTuner(seed: 5).SetMaxModelToExplore(6).Run();

        result.DisposeModel();
        Assert.AreEqual(before, Tensor.TotalCount);
    }

    [TestMethod]
    public void A_model_whose_pipeline_fails_at_a_later_step_is_disposed_at_once()
    {
        var passes = 0;
        var data = _ml.Data.LoadFromEnumerable(Messages());
        // Labels are learned in the first pass, the model in the second, and the words of the last step in the third.
        var pipeline = _ml.Transforms.Conversion.MapValueToKey("Label")
            .Append(_ml.Auto().BlockLlmTextClassification(Sweeps.Options, Sweeps.Short))
            .Append(_ml.Transforms.Conversion.MapValueToKey("Copy", "Text"));
        var before = Tensor.TotalCount;
        var after = new List<long>();
        var monitor = new SweepMonitor(new AtStart(() => after.Add(Tensor.TotalCount - before)));

        var experiment = _ml.Auto().CreateExperiment().SetDataset(data, data)
            .SetMulticlassClassificationMetric(MulticlassClassificationMetric.MicroAccuracy, labelColumn: "Label")
            .SetBlockLlmPipeline(pipeline).SetRandomSearchTuner(seed: 5).SetMonitor(monitor).SetMaxModelToExplore(2);

        Assert.ThrowsException<AggregateException>(() => experiment.Run());
        after.Add(Tensor.TotalCount - before);
        CollectionAssert.AreEqual(new long[] { 0, 0, 0 }, after);
        Assert.IsTrue(monitor.Trials.All(trial => trial.Failure == "The disk is gone."), monitor.ToString());

        IEnumerable<Message> Messages()
        {
            if (++passes % 3 == 0)
                throw new IOException("The disk is gone.");
            foreach (var message in Message.Make(48))
                yield return message;
        }
    }
}
