namespace Microsoft.ML.BlockLlm.Optimizers.Tests;

[TestClass]
public class FrugalOptimizerTests
{
    private static readonly FrugalOptimizerOptions Options = new() { LearningRate = 0.01, Period = 3 };

    [TestMethod]
    public void Matrices_are_chosen_anew_after_every_period_within_the_share()
    {
        using var model = new Mlp();
        using var optimizer = new FrugalOptimizer(model.Parameters, Options with { Density = 0.65 });
        var choices = new HashSet<string>();
        for (int step = 0; step < 60; step++)
        {
            var report = model.PlainStep(optimizer, step);
            Assert.AreEqual(step % 3 == 0, report.Reselected);
            Assert.IsTrue(report.ActiveBlocks.Sum(name => model[name].numel()) <= 0.65 * 400);
            choices.Add(string.Join(", ", report.ActiveBlocks));
        }

        CollectionAssert.AreEquivalent(new[] { "middle.weight", "head.weight, hidden.weight" }, choices.ToArray());
    }

    [TestMethod]
    public void Columns_are_as_many_as_the_share_says()
    {
        using var model = new Mlp();
        using var optimizer = new FrugalOptimizer(model.Parameters, Options with { Subspace = FrugalSubspace.Columns, Density = 0.25 });
        model.PlainStep(optimizer, 0);
        // 2 of 6 columns of 16, 4 of 16 of 16, 4 of 16 of 3: index and moments, and an index's count each; the 35 other weights have moments alone.
        Assert.AreEqual((10 * ((2 * 16) + (4 * 16) + (4 * 3))) + (3 * 4) + (8 * 35), optimizer.StateBytes);
    }

    [TestMethod]
    public void Without_state_every_weight_of_a_matrix_moves_by_the_rate_of_sign_steps()
    {
        using var model = new Mlp();
        var before = model.Weights();
        using var optimizer = new FrugalOptimizer(model.Parameters, Options with { Density = 0, SignStepRate = 0.5 });
        model.PlainStep(optimizer, 0);
        foreach (var name in new[] { "hidden.weight", "middle.weight", "head.weight" })
            Assert.IsTrue(before[name].Zip(model.Weights()[name], (old, present) => Math.Abs(old - present)).All(step => Math.Abs(step - 0.005) < 1e-6));
    }

    [TestMethod]
    public void With_state_for_all_it_steps_as_AdamW_for_a_period()
    {
        using var model = new Mlp();
        using var expected = new Mlp();
        using var optimizer = new FrugalOptimizer(model.Parameters, Options with { Density = 1, WeightDecay = 0.1 });
        using var adamW = new AdamWOptimizer(expected.Parameters, new() { LearningRate = 0.01, WeightDecay = 0.1 });
        for (int step = 0; step < 3; step++)
        {
            model.PlainStep(optimizer, step);
            expected.PlainStep(adamW, step);
        }

        WeightAssert.AreSameBits(expected.Weights(), model.Weights());
    }

    [TestMethod]
    public void What_is_always_active_keeps_its_state_over_choices()
    {
        using var model = new Mlp();
        using var expected = new Mlp();
        using var optimizer = new FrugalOptimizer(model.Parameters, Options with { AlwaysActive = ["*.weight"] });
        using var adamW = new AdamWOptimizer(expected.Parameters, new() { LearningRate = 0.01 });
        for (int step = 0; step < 7; step++)
        {
            Assert.AreEqual(400, model.PlainStep(optimizer, step).AlwaysActiveCoordinates);
            expected.PlainStep(adamW, step);
        }

        WeightAssert.AreSameBits(expected.Weights(), model.Weights());
    }

    [TestMethod]
    [DataRow(FrugalSubspace.Blocks)]
    [DataRow(FrugalSubspace.Columns)]
    public void A_state_of_a_larger_share_is_refused_before_anything_changes(FrugalSubspace subspace)
    {
        using var model = new Mlp();
        using var saved = new FrugalOptimizer(model.Parameters, new() { Density = 1, Subspace = subspace });
        using var optimizer = new FrugalOptimizer(model.Parameters, new() { Density = 0.1, Subspace = subspace });
        model.PlainStep(optimizer, 0);
        model.PlainStep(saved, 0);

        SavedState.AssertRefused(saved, optimizer, "weights of matrices, this optimizer for at most");
    }
}
