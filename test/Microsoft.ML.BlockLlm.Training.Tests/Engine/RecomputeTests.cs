namespace Microsoft.ML.BlockLlm.Training.Tests;

[TestClass]
public sealed class RecomputeTests
{
    [TestMethod]
    [DataRow(0, 1, 1)]
    [DataRow(1, 1, 1)]
    [DataRow(2, 2, 1)]
    [DataRow(3, 2, 2)]
    [DataRow(99, 2, 2)]
    public void The_lowest_stages_run_again(int recomputedStages, int runsOfSecondStage, int runsOfThirdStage)
    {
        using var model = new TiedModel();
        using var batch = Samples.Batch(4);

        new StageEngine(model, Recompute.Lowest(recomputedStages))
            .ForwardBackward(batch.Tokens, output => CrossEntropy.Loss(output, batch), _ => true, (_, _) => { });

        Assert.AreEqual((runsOfSecondStage, runsOfThirdStage), (model.First.Runs, model.Second.Runs));
    }

    [TestMethod]
    public void A_negative_number_of_stages_is_refused() =>
        Assert.ThrowsException<ArgumentOutOfRangeException>(() => Recompute.Lowest(-1));
}
