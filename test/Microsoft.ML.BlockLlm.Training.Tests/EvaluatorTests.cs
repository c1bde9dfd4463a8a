using static TorchSharp.torch;

namespace Microsoft.ML.BlockLlm.Training.Tests;

[TestClass]
public sealed class EvaluatorTests
{
    [TestMethod]
    public void Targets_measured_one_by_one_add_up_to_the_whole()
    {
        using var model = new TiedModel();
        using var batch = Samples.Batch(20);

        var targets = new Evaluator(model).EvaluateTargets(batch);

        var whole = new Evaluator(model).Evaluate(Samples.Data(20));
        Assert.AreEqual(20, targets.Count);
        Assert.AreEqual(whole.Loss, targets.Average(target => target.Loss), 1e-5);
        Assert.AreEqual(whole.Accuracy, targets.Average(target => target.IsCorrect ? 1.0 : 0), 1e-9);
    }

    [TestMethod]
    public void Measuring_leaves_the_model_in_the_mode_it_was_in()
    {
        using var model = new TiedModel(dropout: 0.5);
        using var batch = Samples.Batch(4);
        model.train();

        var first = new Evaluator(model).EvaluateTargets(batch);
        var second = new Evaluator(model).EvaluateTargets(batch);

        Assert.IsTrue(model.training);
        CollectionAssert.AreEqual(first.ToArray(), second.ToArray(), "Without dropout there is no chance in it.");
    }

    [TestMethod]
    public void Targets_that_are_values_are_refused()
    {
        using var model = new TiedModel();
        using var classes = Samples.Batch(4);
        using var values = rand(4);
        using var batch = new TrainingBatch(classes.Tokens, values);

        var thrown = Assert.ThrowsExactly<ArgumentException>(() => new Evaluator(model).EvaluateTargets(batch));

        StringAssert.Contains(thrown.Message, "only class indices can be measured one by one");
    }
}
