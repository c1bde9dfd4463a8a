namespace Microsoft.ML.BlockLlm.Optimizers.Tests;

/// <summary>Norms by sampled blocks instead of a probe.</summary>
[TestClass]
public class SampledNormsTests
{
    private static readonly BlockLlmOptimizerOptions Options = new()
    {
        LearningRate = 0.02,
        Sparsity = 0.99,
        TakeFactor = 1,
        AlwaysActive = ["head.bias"],
        Reselection = new ReselectionRule.FixedPeriod(4),
        Norms = new GradientNormSource.SampledBlocks(1),
    };

    [TestMethod]
    public void No_probe_is_ever_asked_for()
    {
        using var model = new Mlp();
        using var optimizer = new BlockLlmOptimizer(model.Parameters, Options);
        for (int step = 0; step < 12; step++)
        {
            Assert.IsFalse(optimizer.NeedsProbe);
            model.StagewiseStep(optimizer, step);
        }

        Assert.AreEqual(3, optimizer.Selections);
    }

    [TestMethod]
    public void Each_update_measures_the_next_blocks_in_turn_besides_the_active_ones()
    {
        using var model = new Mlp();
        using var optimizer = new BlockLlmOptimizer(model.Parameters, Options with { Reselection = new ReselectionRule.FixedPeriod(100) });
        string[] blocks = ["head", "hidden", "middle"];
        for (int step = 0; step < 7; step++)
        {
            var needed = model.Parameters.Where(entry => optimizer.NeedsGradient(entry.parameter)).Select(entry => entry.name.Split('.')[0]).Distinct();
            CollectionAssert.AreEquivalent(new[] { "head", blocks[step % 3] }.Distinct().ToArray(), needed.ToArray(), $"step {step}");
            model.StagewiseStep(optimizer, step);
            CollectionAssert.AreEqual(new[] { "head" }, optimizer.ActiveBlocks.ToArray());
        }
    }

    [TestMethod]
    public void A_block_that_is_only_measured_is_known_not_to_change()
    {
        using var model = new Mlp();
        using var optimizer = new BlockLlmOptimizer(model.Parameters, Options with { Reselection = new ReselectionRule.FixedPeriod(100) });
        for (int step = 0; step < 4; step++)
        {
            string[] mayChange = [.. model.Parameters.Where(entry => optimizer.NeedsGradient(entry.parameter) && optimizer.MayChange(entry.parameter)).Select(entry => entry.name)];
            CollectionAssert.AreEquivalent(new[] { "head.weight", "head.bias" }, mayChange, $"step {step}");
            model.StagewiseStep(optimizer, step);
        }
    }

    [TestMethod]
    public void A_selection_goes_by_the_norms_last_measured()
    {
        using var model = new Mlp();
        using var optimizer = new BlockLlmOptimizer(model.Parameters, Options);
        for (int step = 0; step < 5; step++)
        {
            foreach (var (name, parameter) in model.Parameters)
                parameter.grad = TorchSharp.torch.full_like(parameter, name.StartsWith("middle", StringComparison.Ordinal) ? 5 : 0.1);
            optimizer.step(1.0);
        }

        CollectionAssert.AreEqual(new[] { "middle" }, optimizer.ActiveBlocks.ToArray());
    }

    [TestMethod]
    public void With_all_blocks_measured_at_every_update_selection_follows_the_norms_of_the_update_before()
    {
        using var model = new Mlp();
        using var optimizer = new BlockLlmOptimizer(model.Parameters, Options with
        {
            Norms = new GradientNormSource.SampledBlocks(9),
            Reselection = new ReselectionRule.FixedPeriod(1),
        });
        string[] largest = ["hidden", "middle", "head", "middle", "hidden"];
        foreach (var (next, step) in largest.Select((block, step) => (block, step)))
        {
            foreach (var (name, parameter) in model.Parameters)
                parameter.grad = TorchSharp.torch.full_like(parameter, name.StartsWith(next, StringComparison.Ordinal) ? 1000 : 0.01);
            optimizer.step(1.0);
            if (step > 0)
                CollectionAssert.AreEqual(new[] { largest[step - 1] }, optimizer.ActiveBlocks.ToArray(), $"step {step}");
        }
    }

    [TestMethod]
    public void A_module_that_the_loss_does_not_use_gives_way_to_others()
    {
        using var model = new Mlp();
        using var optimizer = new BlockLlmOptimizer(model.Parameters, Options with { Reselection = new ReselectionRule.FixedPeriod(100) });
        // What is not known yet ties, and the first in order is taken: the head, which goes unused here but for its bias, which is always active.
        for (int step = 0; step < 3; step++)
        {
            optimizer.zero_grad();
            foreach (var (name, parameter) in model.Parameters)
                parameter.grad = name == "head.weight" ? null : TorchSharp.torch.full_like(parameter, 0.1);
            optimizer.step(1.0);
        }

        CollectionAssert.DoesNotContain(optimizer.ActiveBlocks.ToArray(), "head");
        Assert.AreEqual(optimizer.Budget, optimizer.ActiveCount);
    }

    [TestMethod]
    public void Of_several_micro_batches_the_first_is_measured()
    {
        using var model = new Mlp();
        using var optimizer = new BlockLlmOptimizer(model.Parameters, Options with { Reselection = new ReselectionRule.FixedPeriod(100) });
        model.StagewiseStep(optimizer, 0);
        var sampled = model["hidden.weight"];
        Assert.IsTrue(optimizer.NeedsGradient(sampled));
        using var gradient = TorchSharp.torch.full_like(sampled, 0.1);
        optimizer.Accumulate(sampled, gradient);
        Assert.IsFalse(optimizer.NeedsGradient(sampled));
    }

    [TestMethod]
    public void Norms_compare_whatever_share_of_its_update_a_measured_batch_has()
    {
        using var model = new Mlp();
        using var optimizer = new BlockLlmOptimizer(model.Parameters, Options);
        // The blocks are measured in turn: the head, the hidden layer in the first of four batches, the middle one in an update of one batch, the head again.
        foreach (var (block, share) in new[] { ("head", 1.0), ("hidden", 0.25), ("middle", 1.0), ("head", 1.0), ("hidden", 1.0) })
        {
            for (double given = 0; given < 1; given += share)
            {
                optimizer.UseBatchShare(share);
                foreach (var (name, parameter) in model.Parameters.Where(entry => optimizer.NeedsGradient(entry.parameter)))
                {
                    double norm = name.Split('.')[0] switch { "hidden" => 2, "middle" => 1, _ => 0.01 };
                    using var gradient = TorchSharp.torch.full_like(parameter, share * norm / Math.Sqrt(parameter.numel()));
                    optimizer.Accumulate(parameter, gradient);
                }
            }

            optimizer.Update(1.0);
        }

        Assert.AreEqual(2, optimizer.Selections);
        CollectionAssert.AreEqual(new[] { "hidden" }, optimizer.ActiveBlocks.ToArray());
    }

    [TestMethod]
    public void A_batch_has_a_share_above_0_and_at_most_1()
    {
        using var model = new Mlp();
        using var optimizer = new BlockLlmOptimizer(model.Parameters, Options);
        foreach (double share in new[] { 0, -1, 1.5, double.NaN })
            Assert.ThrowsException<ArgumentOutOfRangeException>(() => optimizer.UseBatchShare(share));
    }

    [TestMethod]
    public void An_update_without_gradients_of_the_blocks_taken_changes_nothing_where_its_loss_is_not_finite()
    {
        using var model = new Mlp();
        using var optimizer = new BlockLlmOptimizer(model.Parameters, Options with { Reselection = new ReselectionRule.FixedPeriod(1) });
        model.PlainStep(optimizer, 0);
        var before = SavedState.SaveWhole(optimizer);
        foreach (var (name, parameter) in model.Parameters)
            parameter.grad = name == "head.bias" ? TorchSharp.torch.full_like(parameter, 0.1) : null;

        Assert.ThrowsException<NonFiniteGradientException>(() => optimizer.step(double.NaN));

        CollectionAssert.AreEqual(before, SavedState.SaveWhole(optimizer));
        foreach (var (name, parameter) in model.Parameters)
            Assert.AreEqual(optimizer.NeedsGradient(parameter), parameter.requires_grad, name);
    }

    [TestMethod]
    public void A_measured_gradient_that_is_not_finite_changes_nothing_and_is_named()
    {
        using var model = new Mlp();
        using var optimizer = new BlockLlmOptimizer(model.Parameters, Options);
        model.PlainStep(optimizer, 0);
        var before = model.Weights();
        foreach (var (name, parameter) in model.Parameters)
            parameter.grad = TorchSharp.torch.full_like(parameter, name == "hidden.weight" ? float.NaN : 1);
        StringAssert.Contains(Assert.ThrowsException<NonFiniteGradientException>(() => optimizer.step(1.0)).Message, "'hidden.weight' is not finite at update 2");
        WeightAssert.AreSameBits(before, model.Weights());
        Assert.IsTrue(model.PlainStep(optimizer, 1).GradientNorm < 10);
    }
}
