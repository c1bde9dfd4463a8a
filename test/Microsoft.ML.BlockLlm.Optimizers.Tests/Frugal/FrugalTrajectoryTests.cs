namespace Microsoft.ML.BlockLlm.Optimizers.Tests;

/// <summary>Whole runs against golden/frugal.py, in which the weights with state change between the rounds.</summary>
[TestClass]
public class FrugalTrajectoryTests
{
    private static readonly FrugalOptimizerOptions Options =
        new() { LearningRate = 0.01, WeightDecay = 0.1, Period = 6, SignStepRate = 0.5, Seed = 2 };

    [TestMethod]
    public void State_for_whole_matrices_follows_the_paper() => Follows("blocks", Options with { Density = 0.7 });

    [TestMethod]
    public void State_for_columns_follows_the_paper() => Follows("columns", Options with { Subspace = FrugalSubspace.Columns });

    [TestMethod]
    public void State_for_whole_matrices_with_small_gradients_follows_the_paper() => Follows("blocks_small", Options with { Density = 0.7 }, gradientScale: 1e-6);

    private static void Follows(string run, FrugalOptimizerOptions options, double gradientScale = 1)
    {
        using var model = new Mlp();
        using var optimizer = new FrugalOptimizer(model.Parameters, options);
        WeightAssert.FollowsGolden(Golden.Of("frugal")[run], model, optimizer, gradientScale);
    }
}
