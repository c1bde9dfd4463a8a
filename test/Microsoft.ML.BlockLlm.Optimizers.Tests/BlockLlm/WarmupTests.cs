using TorchSharp.Modules;
using static TorchSharp.torch;

namespace Microsoft.ML.BlockLlm.Optimizers.Tests;

/// <summary>The rising learning rate of newly active weights.</summary>
[TestClass]
public class WarmupTests
{
    private static readonly BlockLlmOptimizerOptions Options = new()
    {
        LearningRate = 0.01,
        Sparsity = 0.5,
        TakeFactor = 2,
        WarmupUpdates = 4,
        Reselection = new ReselectionRule.FixedPeriod(5),
        UseVisitShare = false,
    };

    [TestMethod]
    public void The_rate_rises_in_a_line_to_the_full_one()
    {
        using var weights = new Parameter(zeros(2), true);
        using var optimizer = new BlockLlmOptimizer([("w", weights)], Options);
        float[] expected = [0.25f, 0.5f, 0.75f, 1, 1];
        foreach (float share in expected)
        {
            float before = Mlp.Values(weights)[1];
            Step(optimizer, weights, [0, 1]);
            Assert.AreEqual(-0.01 * share, Mlp.Values(weights)[1] - before, 1e-7);
        }
    }

    [TestMethod]
    public void Weights_that_stay_active_keep_the_full_rate_and_new_ones_start_anew()
    {
        using var weights = new Parameter(zeros(4), true);
        using var optimizer = new BlockLlmOptimizer([("w", weights)], Options);
        for (int step = 0; step < 5; step++)
            Step(optimizer, weights, [0, 0, 1, 1]);
        float[] before = Mlp.Values(weights);
        Step(optimizer, weights, [0, 2, 0, 1]);
        float[] moved = [.. Mlp.Values(weights).Zip(before, (after, start) => after - start)];
        Assert.AreEqual(-0.0025, moved[1], 1e-7, "newly active");
        Assert.AreEqual(0, moved[2], "no longer active");
        Assert.AreEqual(-0.01, moved[3], 1e-7, "active before");
    }

    [TestMethod]
    public void What_is_always_active_has_no_warmup()
    {
        using var weights = new Parameter(zeros(2), true);
        using var head = new Parameter(zeros(1), true);
        using var optimizer = new BlockLlmOptimizer([("w", weights), ("head", head)], Options with { AlwaysActive = ["head"] });
        head.grad = ones(1);
        Step(optimizer, weights, [0, 1]);
        Assert.AreEqual(-0.01, Mlp.Values(head)[0], 1e-7);
    }

    [TestMethod]
    public void A_negative_number_of_updates_is_refused()
    {
        using var weights = new Parameter(zeros(2), true);
        var error = Assert.ThrowsException<ArgumentOutOfRangeException>(() => new BlockLlmOptimizer([("w", weights)], Options with { WarmupUpdates = -1 }));
        StringAssert.Contains(error.Message, "WarmupUpdates must be at least 0");
    }

    private static void Step(BlockLlmOptimizer optimizer, Parameter weights, float[] gradient)
    {
        weights.grad = tensor(gradient);
        optimizer.step(1.0);
    }
}
