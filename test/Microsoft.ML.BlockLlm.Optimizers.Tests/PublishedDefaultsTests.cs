namespace Microsoft.ML.BlockLlm.Optimizers.Tests;

/// <summary>The defaults of every method are those of its paper, or of its released code, as docs/methods.md says.</summary>
[TestClass]
public class PublishedDefaultsTests
{
    public static IEnumerable<object[]> Defaults =>
    [
        [new BlockLlmOptimizerOptions(), "Sparsity", 0.95],
        [new BlockLlmOptimizerOptions(), "Reselection", new ReselectionRule.LossPatience(100)],
        [new AdamWOptimizerOptions(), "Beta1", 0.9],
        [new AdamWOptimizerOptions(), "Beta2", 0.999],
        [new AdamWOptimizerOptions(), "Epsilon", 1e-8],
        [new AdamWOptimizerOptions(), "WeightDecay", 0.0],
        [new SgdOptimizerOptions(), "Momentum", 0.0],
        [new BAdamOptimizerOptions(), "Period", 100],
        [new BAdamOptimizerOptions(), "Order", BlockOrder.Random],
        [new LisaOptimizerOptions(), "Period", 20],
        [new LisaOptimizerOptions(), "ActiveLayers", 2],
        [new MisaOptimizerOptions(), "Period", 50],
        [new MisaOptimizerOptions(), "ActiveShare", 0.03],
        [new MisaOptimizerOptions(), "ImportanceFactor", 1.0],
        [new MisaOptimizerOptions(), "NormSmoothing", 0.8],
        [new GaLoreOptimizerOptions(), "Rank", 128],
        [new GaLoreOptimizerOptions(), "Scale", 0.25],
        [new GaLoreOptimizerOptions(), "Period", 200],
        [new FiraOptimizerOptions(), "Rank", 128],
        [new FiraOptimizerOptions(), "Scale", 0.25],
        [new FiraOptimizerOptions(), "Period", 200],
        [new FiraOptimizerOptions(), "NormGrowthLimit", 1.01],
        [new ApolloOptimizerOptions(), "Rank", 256],
        [new ApolloOptimizerOptions(), "Scale", 1.0],
        [new ApolloOptimizerOptions(), "Period", 200],
        [new ApolloOptimizerOptions(), "NormGrowthLimit", 1.01],
        [ApolloOptimizerOptions.Mini, "Rank", 1],
        [ApolloOptimizerOptions.Mini, "Scale", Math.Sqrt(128)],
        [ApolloOptimizerOptions.Mini, "Scaling", ApolloScaling.Tensor],
        [new FrugalOptimizerOptions(), "Density", 0.25],
        [new FrugalOptimizerOptions(), "Period", 200],
        [new FrugalOptimizerOptions(), "SignStepRate", 1.0],
    ];

    [TestMethod]
    [DynamicData(nameof(Defaults))]
    public void An_option_left_out_is_as_published(StagewiseOptimizerOptions options, string option, object published) =>
        Assert.AreEqual(published, options.GetType().GetProperty(option)!.GetValue(options));
}
