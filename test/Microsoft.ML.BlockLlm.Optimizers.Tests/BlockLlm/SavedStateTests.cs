namespace Microsoft.ML.BlockLlm.Optimizers.Tests;

[TestClass]
public class SavedStateTests
{
    private static readonly BlockLlmOptimizerOptions Options = new()
    {
        LearningRate = 0.02,
        WeightDecay = 0.1,
        Sparsity = 0.8,
        Reselection = new ReselectionRule.LossPatience(4),
        AlwaysActive = ["head.bias"],
    };

    public static IEnumerable<object[]> Variants =>
    [
        [Options],
        [Options with { Reselection = new ReselectionRule.LossPlateau(5, 0.9, 0.2) }],
        [Options with { Reselection = new ReselectionRule.FixedPeriod(7) }],
        [Options with { MaskCoordinates = false, Sparsity = 0.6 }],
        [Options with { Sampling = BlockSampling.Random, TakeFactor = 1 }],
        [Options with { NormSmoothing = 0.9, TakeFactor = 1 }],
        [Options with { Moments = MomentPrecision.EightBit }],
        [Options with { Norms = new GradientNormSource.SampledBlocks(), TakeFactor = 1 }],
        [Options with { SignStepRate = 0.1 }],
        [Options with { MaxBlockShare = 0.4 }],
        [Options with { MaskBy = MaskCriterion.Random }],
    ];

    [TestMethod]
    [DynamicData(nameof(Variants))]
    public void A_resumed_run_gives_the_bits_of_an_uninterrupted_one(BlockLlmOptimizerOptions options) =>
        SavedState.AssertExactResume(() => new Mlp(), model => new BlockLlmOptimizer(model.Parameters, options));

    [TestMethod]
    public void A_state_dict_passes_from_one_optimizer_to_another()
    {
        using var model = new Mlp();
        using var optimizer = new BlockLlmOptimizer(model.Parameters, Options);
        for (int step = 0; step < 10; step++)
            model.PlainStep(optimizer, step);

        using var copy = new Mlp();
        using var copyOptimizer = new BlockLlmOptimizer(copy.Parameters, Options);
        copyOptimizer.load_state_dict(optimizer.state_dict());
        CollectionAssert.AreEqual(SavedState.Save(optimizer), SavedState.Save(copyOptimizer));
    }

    [TestMethod]
    public void Learning_rates_are_part_of_the_state()
    {
        using var model = new Mlp();
        using var optimizer = new BlockLlmOptimizer(model.Parameters, Options);
        optimizer.ParamGroups.Single().LearningRate = 0.005;
        using var fresh = new BlockLlmOptimizer(model.Parameters, Options);
        SavedState.Copy(optimizer, fresh);
        Assert.AreEqual(0.005, fresh.ParamGroups.Single().LearningRate);
    }

    [TestMethod]
    public void A_state_of_another_format_is_refused_by_its_number()
    {
        using var model = new Mlp();
        using var optimizer = new AdamWOptimizer(model.Parameters);
        using var state = new MemoryStream();
        using var writer = new BinaryWriter(state);
        writer.Write(99);
        state.Position = 0;
        using var reader = new BinaryReader(state);
        var error = Assert.ThrowsException<InvalidDataException>(() => optimizer.state_dict().State.Single().LoadStateDict(reader));
        StringAssert.Contains(error.Message, "format 99; this version reads format 4");
    }

    [TestMethod]
    public void A_state_of_other_blocks_is_refused_by_name()
    {
        using var model = new Mlp();
        using var optimizer = new BlockLlmOptimizer(model.Parameters, Options);
        using var other = new BlockLlmOptimizer(model.Parameters, Options with { Granularity = BlockGranularity.Tensor });
        StringAssert.Contains(Assert.ThrowsException<InvalidDataException>(() => SavedState.Copy(optimizer, other)).Message, "3 blocks, this optimizer 5");
    }

    [TestMethod]
    public void A_state_of_another_budget_is_refused()
    {
        using var model = new Mlp();
        using var optimizer = new BlockLlmOptimizer(model.Parameters, Options);
        using var other = new BlockLlmOptimizer(model.Parameters, Options with { Sparsity = 0.5 });
        StringAssert.Contains(Assert.ThrowsException<InvalidDataException>(() => SavedState.Copy(optimizer, other)).Message, "budget");
    }

    [TestMethod]
    public void Saving_in_the_midst_of_an_update_is_refused()
    {
        using var model = new Mlp();
        using var optimizer = new BlockLlmOptimizer(model.Parameters, Options);
        model.PlainStep(optimizer, 0);
        using var gradient = TorchSharp.torch.ones(3);
        optimizer.Accumulate(model["head.bias"], gradient);
        StringAssert.Contains(Assert.ThrowsException<InvalidOperationException>(() => SavedState.Save(optimizer)).Message, "right after an update");
    }
}
