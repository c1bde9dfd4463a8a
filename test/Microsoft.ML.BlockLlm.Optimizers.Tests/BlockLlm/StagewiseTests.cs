namespace Microsoft.ML.BlockLlm.Optimizers.Tests;

/// <summary>The contract with the training engine.</summary>
[TestClass]
public class StagewiseTests
{
    private static readonly BlockLlmOptimizerOptions Options = new()
    {
        LearningRate = 0.02,
        WeightDecay = 0.1,
        Sparsity = 0.8,
        Reselection = new ReselectionRule.LossPatience(4),
        AlwaysActive = ["head.bias"],
        MaxGradientNorm = 0.5,
    };

    public static IEnumerable<object[]> Variants =>
    [
        [Options],
        [Options with { CarryMoments = false }],
        [Options with { MaskCoordinates = false, Sparsity = 0.6 }],
        [Options with { Sampling = BlockSampling.Random, TakeFactor = 1 }],
        [Options with { Score = BlockScore.SizeNormalized, Granularity = BlockGranularity.Tensor, TakeFactor = 1 }],
        [Options with { Reselection = new ReselectionRule.FixedPeriod(1), Sparsity = 0 }],
        [Options with { Norms = new GradientNormSource.SampledBlocks(), NormSmoothing = 0.5 }],
        [Options with { MaxBlockShare = 0.4 }],
        [Options with { SignStepRate = 0.1 }],
        [Options with { Moments = MomentPrecision.EightBit }],
    ];

    [TestMethod]
    [DynamicData(nameof(Variants))]
    public void Stagewise_steps_give_the_bits_of_plain_steps(BlockLlmOptimizerOptions options)
    {
        using var plain = new Mlp();
        using var stagewise = new Mlp();
        using var plainOptimizer = new BlockLlmOptimizer(plain.Parameters, options);
        using var stagewiseOptimizer = new BlockLlmOptimizer(stagewise.Parameters, options);
        for (int step = 0; step < 40; step++)
        {
            var expected = plain.PlainStep(plainOptimizer, step);
            var actual = stagewise.StagewiseStep(stagewiseOptimizer, step);
            Assert.AreEqual(expected with { ActiveBlocks = actual.ActiveBlocks, Visits = actual.Visits }, actual);
            CollectionAssert.AreEqual(expected.ActiveBlocks.ToArray(), actual.ActiveBlocks.ToArray());
            CollectionAssert.AreEquivalent(expected.Visits.ToArray(), actual.Visits.ToArray());
        }

        Assert.IsTrue(plainOptimizer.Selections > 2);
        WeightAssert.AreSameBits(plain.Weights(), stagewise.Weights());
    }

    [TestMethod]
    [DynamicData(nameof(Variants))]
    public void Order_of_parameters_does_not_matter(BlockLlmOptimizerOptions options)
    {
        using var model = new Mlp();
        using var reversed = new Mlp(reversed: true);
        using var optimizer = new BlockLlmOptimizer(model.Parameters, options);
        using var reversedOptimizer = new BlockLlmOptimizer(reversed.Parameters, options);
        for (int step = 0; step < 40; step++)
        {
            model.PlainStep(optimizer, step);
            reversed.PlainStep(reversedOptimizer, step);
        }

        WeightAssert.AreSameBits(model.Weights(), reversed.Weights());
    }

    [TestMethod]
    public void Gradients_of_micro_batches_add_up()
    {
        using var model = new Mlp();
        using var micro = new Mlp();
        var options = Options with { TakeFactor = 10, Reselection = new ReselectionRule.FixedPeriod(1000) };
        using var optimizer = new BlockLlmOptimizer(model.Parameters, options);
        using var microOptimizer = new BlockLlmOptimizer(micro.Parameters, options);
        // The same batch for the selection, then steps over five batches each.
        model.PlainStep(optimizer, 0);
        micro.PlainStep(microOptimizer, 0);
        for (int step = 0; step < 10; step++)
        {
            micro.StagewiseStep(microOptimizer, 0, microBatches: 5);
            optimizer.zero_grad();
            for (int batch = 0; batch < 5; batch++)
            {
                using var loss = model.Loss(batch);
                using var scaled = loss / 5;
                scaled.backward();
            }

            optimizer.step(1.0);
        }

        WeightAssert.AreClose(model.Weights(), micro.Weights(), 1e-6);
    }

    [TestMethod]
    public void Mask_is_chosen_by_the_first_micro_batch()
    {
        using var single = new Mlp();
        using var several = new Mlp();
        using var singleOptimizer = new BlockLlmOptimizer(single.Parameters, Options);
        using var severalOptimizer = new BlockLlmOptimizer(several.Parameters, Options);
        var before = single.Weights();
        single.StagewiseStep(singleOptimizer, 0);
        several.StagewiseStep(severalOptimizer, 0, microBatches: 3);
        CollectionAssert.AreEqual(Moved(single), Moved(several));

        (string, int)[] Moved(Mlp model) =>
            [.. model.Weights().SelectMany(entry => entry.Value.Select((value, i) => (entry.Key, i, value)))
                .Where(entry => entry.value != before[entry.Key][entry.i]).Select(entry => (entry.Key, entry.i))];
    }

    [TestMethod]
    public void A_probe_needs_candidates_only_and_an_update_the_selected_ones()
    {
        using var model = new Mlp();
        using var optimizer = new BlockLlmOptimizer(model.Parameters, Options with { Sparsity = 0.99, TakeFactor = 1, AlwaysActive = ["head.*"], Frozen = ["hidden.*"] });
        Assert.IsTrue(optimizer.NeedsProbe);
        Assert.AreEqual("middle.bias,middle.weight", Needed());
        model.StagewiseStep(optimizer, 0);
        Assert.IsFalse(optimizer.NeedsProbe);
        StringAssert.StartsWith(Needed(), "head.bias,head.weight,middle.");

        string Needed() => string.Join(",", model.Parameters.Where(entry => optimizer.NeedsGradient(entry.parameter)).Select(entry => entry.name).Order(StringComparer.Ordinal));
    }

    [TestMethod]
    public void Between_selections_inactive_parameters_require_no_gradient()
    {
        using var model = new Mlp();
        using var optimizer = new BlockLlmOptimizer(model.Parameters, Options with { Sparsity = 0.99, Granularity = BlockGranularity.Tensor, TakeFactor = 1 });
        model.PlainStep(optimizer, 0);
        var required = model.Parameters.Where(entry => entry.parameter.requires_grad).Select(entry => entry.name).Order(StringComparer.Ordinal).ToArray();
        CollectionAssert.AreEqual(optimizer.ActiveBlocks.Append("head.bias").Order(StringComparer.Ordinal).ToArray(), required);
    }

    [TestMethod]
    [DynamicData(nameof(Variants))]
    public void A_state_moved_to_where_it_is_changes_nothing(BlockLlmOptimizerOptions options)
    {
        using var model = new Mlp();
        using var moved = new Mlp();
        using var optimizer = new BlockLlmOptimizer(model.Parameters, options);
        using var movedOptimizer = new BlockLlmOptimizer(moved.Parameters, options);
        for (int step = 0; step < 12; step++)
        {
            model.PlainStep(optimizer, step);
            moved.PlainStep(movedOptimizer, step);
            movedOptimizer.to(TorchSharp.torch.CPU);
        }

        WeightAssert.AreSameBits(model.Weights(), moved.Weights());
    }

    [TestMethod]
    [DataRow(4)]
    [DataRow(5)]
    [DataRow(6)]
    public void Plain_steps_may_follow_those_of_the_engine(int stagewiseSteps)
    {
        // The fifth update starts a selection, for which a backward pass has to give every gradient.
        var options = Options with { Sparsity = 0.97, Granularity = BlockGranularity.Tensor, TakeFactor = 1, Reselection = new ReselectionRule.FixedPeriod(5) };
        using var plain = new Mlp();
        using var mixed = new Mlp();
        using var plainOptimizer = new BlockLlmOptimizer(plain.Parameters, options);
        using var mixedOptimizer = new BlockLlmOptimizer(mixed.Parameters, options);
        for (int step = 0; step < 12; step++)
        {
            plain.PlainStep(plainOptimizer, step);
            _ = step < stagewiseSteps ? mixed.StagewiseStep(mixedOptimizer, step) : mixed.PlainStep(mixedOptimizer, step);
            CollectionAssert.AreEqual(plainOptimizer.ActiveBlocks.ToArray(), mixedOptimizer.ActiveBlocks.ToArray(), $"step {step}");
        }

        WeightAssert.AreSameBits(plain.Weights(), mixed.Weights());
    }

    [TestMethod]
    public void A_loss_that_reaches_only_what_is_always_active_trains_that_and_selects_later()
    {
        using var model = new Mlp();
        using var optimizer = new BlockLlmOptimizer(model.Parameters, Options);
        var before = model.Weights();
        model["head.bias"].grad = TorchSharp.torch.ones_like(model["head.bias"]);

        var report = optimizer.step(1.0);

        Assert.AreEqual((false, 3L, 0L), (report.Reselected, report.ActiveCoordinates, optimizer.ActiveCount));
        var changed = model.Weights().Where(entry => !entry.Value.SequenceEqual(before[entry.Key])).Select(entry => entry.Key);
        Assert.AreEqual("head.bias", changed.Single());
        Assert.IsTrue(optimizer.NeedsProbe);
        Assert.IsTrue(model.PlainStep(optimizer, 1).Reselected);
        Assert.AreEqual(optimizer.Budget, optimizer.ActiveCount);
    }

    [TestMethod]
    public void Calls_out_of_turn_are_refused()
    {
        using var model = new Mlp();
        using var optimizer = new BlockLlmOptimizer(model.Parameters, Options);
        using var gradient = TorchSharp.torch.zeros(16, 6);
        var parameter = model["hidden.weight"];
        StringAssert.Contains(Error(() => optimizer.Accumulate(parameter, gradient)), "A probing pass is due");
        StringAssert.Contains(Error(() => optimizer.Update(1)), "A probing pass is due");
        optimizer.Probe(parameter, gradient);
        StringAssert.Contains(Error(() => optimizer.Probe(parameter, gradient)), "'hidden.weight' was probed twice");
        optimizer.EndProbe();
        StringAssert.Contains(Error(optimizer.EndProbe), "No probing pass is due");

        static string Error(Action call) => Assert.ThrowsException<InvalidOperationException>(call).Message;
    }
}
