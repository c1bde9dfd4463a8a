using Microsoft.ML.AutoML;
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
    public void Losing_models_are_disposed_at_once()
    {
        var before = Tensor.TotalCount;
        var counts = new List<long>();
        var monitor = new SweepMonitor(new AtStart(() => counts.Add(Tensor.TotalCount - before)));

        var result = Sweeps.Experiment(_ml, Sweeps.Pipeline(_ml)).SetRandomSearchTuner(seed: 5).SetMonitor(monitor).SetMaxModelToExplore(6).Run();

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
}
