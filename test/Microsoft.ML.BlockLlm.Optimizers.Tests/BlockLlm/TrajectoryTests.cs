namespace Microsoft.ML.BlockLlm.Optimizers.Tests;

/// <summary>Whole runs against PyTorch.</summary>
[TestClass]
public class TrajectoryTests
{
    private static readonly BlockLlmOptimizerOptions GoldenOptions = new()
    {
        LearningRate = 0.02,
        WeightDecay = 0.1,
        Sparsity = 0.8,
        Reselection = new ReselectionRule.LossPatience(8),
        AlwaysActive = ["head.bias"],
        MaxGradientNorm = 0.5,
    };

    [TestMethod]
    [DataRow(false)]
    [DataRow(true)]
    public void Without_sparsity_hundred_steps_follow_AdamW(bool masks)
    {
        using var model = new Mlp();
        using var optimizer = new BlockLlmOptimizer(
            model.Parameters, new() { LearningRate = 0.01, WeightDecay = 0.1, Sparsity = 0, MaskCoordinates = masks, Reselection = new ReselectionRule.FixedPeriod(7) });
        for (int step = 0; step < 100; step++)
            model.PlainStep(optimizer, step);
        Assert.AreEqual(15, optimizer.Selections);
        WeightAssert.AreClose(Golden.Trajectories.AdamW.Weights, model.Weights(), 1e-6);
    }

    [TestMethod]
    public void One_selection_follows_masked_AdamW()
    {
        using var model = new Mlp();
        using var optimizer = new BlockLlmOptimizer(
            model.Parameters, new() { LearningRate = 0.01, WeightDecay = 0.1, Sparsity = 0.9, TakeFactor = 10, Reselection = new ReselectionRule.FixedPeriod(1000) });
        for (int step = 0; step < 40; step++)
            model.PlainStep(optimizer, step);
        Assert.AreEqual(Golden.Trajectories.MaskedAdamW.Budget, optimizer.Budget);
        WeightAssert.AreClose(Golden.Trajectories.MaskedAdamW.Weights, model.Weights(), 1e-6);
    }

    [TestMethod]
    public void Several_selections_with_carried_moments_follow_the_description() =>
        FollowsTheDescription(GoldenOptions, Golden.Trajectories.BlockLlm);

    [TestMethod]
    public void Several_selections_with_reset_moments_follow_the_description() =>
        FollowsTheDescription(GoldenOptions with { CarryMoments = false }, Golden.Trajectories.BlockLlmReset);

    [TestMethod]
    public void Several_selections_with_warmup_follow_the_description() =>
        FollowsTheDescription(GoldenOptions with { WarmupUpdates = 5 }, Golden.Trajectories.BlockLlmWarmup);

    private static void FollowsTheDescription(BlockLlmOptimizerOptions options, Golden.BlockLlmRun golden)
    {
        using var model = new Mlp();
        using var optimizer = new BlockLlmOptimizer(model.Parameters, options);
        Assert.AreEqual(golden.Budget, optimizer.Budget);
        var selections = new List<int>();
        for (int step = 0; step < golden.Losses.Length; step++)
        {
            using (var loss = model.Loss(step))
                Assert.AreEqual(golden.Losses[step], TorchSharp.TensorExtensionMethods.ToDouble(loss), 1e-5 * golden.Losses[step], $"loss at step {step}");
            if (model.PlainStep(optimizer, step).Reselected)
                selections.Add(step);
            Assert.AreEqual(golden.Active[step], optimizer.ActiveCount, $"active coordinates at step {step}");
        }

        CollectionAssert.AreEqual(golden.Selections.Select(selection => selection.Step).ToArray(), selections);
        CollectionAssert.AreEquivalent(golden.Visits, optimizer.Visits.ToDictionary());
        WeightAssert.AreGolden(golden.Weights, model.Weights());
    }
}
