namespace Microsoft.ML.BlockLlm.Training.Tests;

[TestClass]
public sealed class BestModelTests
{
    [TestMethod]
    [DataRow(double.NaN)]
    [DataRow(double.PositiveInfinity)]
    public void A_finite_loss_beats_one_that_is_not(double loss)
    {
        using var best = new BestModel(new TrainingOptions(), streamed: null);

        best.Observe(1, new EvaluationResult(loss, Accuracy: 0.9, Targets: 10));
        best.Observe(2, new EvaluationResult(Loss: 0.5, Accuracy: 0.1, Targets: 10));

        Assert.AreEqual((2L, 0), (best.Evaluation.Step, best.Evaluation.WorseSince));
    }

    [TestMethod]
    [DataRow(double.NaN)]
    [DataRow(double.PositiveInfinity)]
    public void A_loss_that_is_not_finite_is_not_the_best_either_where_it_is_the_first(double loss)
    {
        using var best = new BestModel(new TrainingOptions { Patience = 2 }, streamed: null);

        best.Observe(1, new EvaluationResult(loss, Accuracy: 0.9, Targets: 10));
        Assert.AreEqual((null, false), (best.Evaluation.Step, best.IsPatienceExhausted));
        best.Observe(2, new EvaluationResult(loss, Accuracy: 0.9, Targets: 10));
        Assert.AreEqual((null, true), (best.Evaluation.Step, best.IsPatienceExhausted));
    }

    [TestMethod]
    [DataRow(double.NaN)]
    [DataRow(double.NegativeInfinity)]
    public void A_loss_that_is_not_finite_is_never_better(double loss)
    {
        foreach (var selectBy in Enum.GetValues<ModelSelection>())
        {
            using var best = new BestModel(new TrainingOptions { SelectBy = selectBy }, streamed: null);

            best.Observe(1, new EvaluationResult(Loss: 0.5, Accuracy: 0.1, Targets: 10));
            best.Observe(2, new EvaluationResult(loss, Accuracy: 0.9, Targets: 10));

            Assert.AreEqual((1L, 1), (best.Evaluation.Step, best.Evaluation.WorseSince));
        }
    }
}
