namespace Microsoft.ML.BlockLlm.Optimizers.Tests;

/// <summary>Whole runs against golden/low_rank.py. At rank 2 all three weights are matrices in low rank: a tall one, a square one, a wide one.</summary>
[TestClass]
public class LowRankTrajectoryTests
{
    /// <summary>Gradients around 1e-7, where what keeps a quotient finite shows.</summary>
    private const double SmallGradients = 1e-6;

    private static readonly Dictionary<string, Golden.Run> Runs = Golden.Of("low_rank");

    private static readonly GaLoreOptimizerOptions GaLore =
        new() { LearningRate = 0.02, WeightDecay = 0.1, Rank = 2, Period = 6, Oversampling = 1, PowerIterations = 1 };

    private static readonly FiraOptimizerOptions Fira =
        new() { LearningRate = 0.02, WeightDecay = 0.1, Rank = 2, Period = 6, Oversampling = 1, PowerIterations = 1 };

    private static readonly ApolloOptimizerOptions Apollo = new() { LearningRate = 0.01, WeightDecay = 0.1, Rank = 2, Period = 6 };

    [TestMethod]
    public void GaLore_with_subspace_iteration_follows_the_paper() => Follows("galore", model => new GaLoreOptimizer(model.Parameters, GaLore));

    [TestMethod]
    public void GaLore_with_an_exact_decomposition_follows_the_paper() =>
        Follows("galore_exact", model => new GaLoreOptimizer(model.Parameters, GaLore with { ExactDecomposition = true }));

    [TestMethod]
    public void Fira_follows_the_paper() => Follows("fira", model => new FiraOptimizer(model.Parameters, Fira));

    [TestMethod]
    public void Fira_with_a_scale_and_clipping_follows_the_paper() =>
        Follows("fira_scaled", model => new FiraOptimizer(model.Parameters, Fira with { Scale = 0.5, MaxGradientNorm = 0.8 }));

    [TestMethod]
    public void Fira_with_small_gradients_follows_the_paper() => Follows("fira_small", model => new FiraOptimizer(model.Parameters, Fira), SmallGradients);

    [TestMethod]
    public void Apollo_follows_the_paper() => Follows("apollo", model => new ApolloOptimizer(model.Parameters, Apollo));

    [TestMethod]
    public void Apollo_with_small_gradients_follows_the_paper() => Follows("apollo_small", model => new ApolloOptimizer(model.Parameters, Apollo), SmallGradients);

    [TestMethod]
    public void Apollo_mini_follows_the_paper() =>
        Follows("apollo_mini", model => new ApolloOptimizer(model.Parameters, ApolloOptimizerOptions.Mini with { LearningRate = 0.02, WeightDecay = 0.1, Period = 6 }));

    private static void Follows(string run, Func<Mlp, StagewiseOptimizer> create, double gradientScale = 1)
    {
        using var model = new Mlp();
        using var optimizer = create(model);
        WeightAssert.FollowsGolden(Runs[run], model, optimizer, gradientScale);
    }
}
