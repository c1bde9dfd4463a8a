using TorchSharp.Modules;
using static TorchSharp.torch;

namespace Microsoft.ML.BlockLlm.Optimizers.Tests;

[TestClass]
public class LowRankOptimizerTests
{
    private static readonly Dictionary<string, Func<Mlp, int, IReadOnlyList<string>, NamedParameterOptimizer>> Methods = new()
    {
        ["GaLore"] = (model, rank, alwaysActive) => new GaLoreOptimizer(model.Parameters, new() { LearningRate = 0.01, WeightDecay = 0.1, Rank = rank, AlwaysActive = alwaysActive }),
        ["Fira"] = (model, rank, alwaysActive) => new FiraOptimizer(model.Parameters, new() { LearningRate = 0.01, WeightDecay = 0.1, Rank = rank, AlwaysActive = alwaysActive }),
        ["APOLLO"] = (model, rank, alwaysActive) => new ApolloOptimizer(model.Parameters, new() { LearningRate = 0.01, WeightDecay = 0.1, Rank = rank, AlwaysActive = alwaysActive }),
    };

    public static IEnumerable<object[]> Names => Methods.Keys.Select(name => new object[] { name });

    [TestMethod]
    [DynamicData(nameof(Names))]
    public void Vectors_and_matrices_no_larger_than_the_rank_are_trained_as_by_AdamW(string method) => StepsAsAdamW(model => Methods[method](model, 16, []), []);

    [TestMethod]
    [DynamicData(nameof(Names))]
    public void What_is_always_active_is_trained_as_by_AdamW(string method) => StepsAsAdamW(model => Methods[method](model, 2, ["middle.*", "head.*", "hidden.*"]), []);

    [TestMethod]
    [DynamicData(nameof(Names))]
    public void Vectors_alone_take_AdamW_s_first_step_beside_matrices(string method) => StepsAsAdamW(model => Methods[method](model, 2, []), ["hidden.weight", "middle.weight", "head.weight"], steps: 1);

    [TestMethod]
    public void State_has_low_rank()
    {
        // The weights are 16 x 6, 16 x 16 and 3 x 16; the 35 others have two moments each.
        Assert.AreEqual((35 * 8) + (2 * 8 * 3 * 16) + (2 * 4 * (6 + 16 + 3)), StateBytes("GaLore"));
        Assert.AreEqual(StateBytes("GaLore") + (3 * 4), StateBytes("Fira"));
        Assert.AreEqual((35 * 8) + (2 * 8 * 3 * 16) + (3 * 4), StateBytes("APOLLO"));

        static long StateBytes(string method)
        {
            using var model = new Mlp();
            using var optimizer = Methods[method](model, 2, []);
            model.PlainStep(optimizer, 0);
            return optimizer.StateBytes;
        }
    }

    [TestMethod]
    public void GaLore_reports_the_norm_of_the_gradient_in_its_space()
    {
        using var weights = new Parameter(zeros(2, 3), true);
        using var optimizer = new GaLoreOptimizer([("weight", weights)], new() { Rank = 1 });
        Offer(optimizer, weights, [3, 0, 0, 0, 2, 0]);

        Assert.AreEqual(3, optimizer.Update(0).GradientNorm, 1e-5);
    }

    [TestMethod]
    public void GaLore_takes_its_space_from_the_first_micro_batch()
    {
        using var weights = new Parameter(zeros(2, 3), true);
        using var optimizer = new GaLoreOptimizer([("weight", weights)], new() { Rank = 1 });
        Offer(optimizer, weights, [3, 0, 0, 0, 2, 0]);
        Offer(optimizer, weights, [1, 0, 0, 0, 9, 0]);

        Assert.AreEqual(4, optimizer.Update(0).GradientNorm, 1e-5);
    }

    [TestMethod]
    public void GaLore_keeps_its_space_for_a_period()
    {
        using var weights = new Parameter(zeros(2, 3), true);
        using var optimizer = new GaLoreOptimizer([("weight", weights)], new() { Rank = 1, Period = 2 });
        var norms = new List<double>();
        foreach (var gradient in new float[][] { [3, 0, 0, 0, 2, 0], [3, 0, 0, 0, 9, 0], [3, 0, 0, 0, 9, 0] })
        {
            Offer(optimizer, weights, gradient);
            norms.Add(Math.Round(optimizer.Update(0).GradientNorm, 4));
        }

        CollectionAssert.AreEqual(new double[] { 3, 3, 9 }, norms);
    }

    [TestMethod]
    public void A_gradient_that_is_not_finite_is_reported_with_the_number_of_the_optimizer_s_update()
    {
        using var weights = new Parameter(zeros(2, 3), true);
        using var others = new Parameter(zeros(2, 3), true);
        using var optimizer = new GaLoreOptimizer([("weight", weights), ("other", others)], new() { Rank = 1 });
        Offer(optimizer, others, [3, 0, 0, 0, 2, 0]);
        optimizer.Update(0);

        // The second update, and the first that has a gradient of this matrix.
        var error = Assert.ThrowsExactly<NonFiniteGradientException>(() => Offer(optimizer, weights, [float.NaN, 0, 0, 0, 2, 0]));

        StringAssert.Contains(error.Message, "at update 2;");
    }

    [TestMethod]
    public void Options_out_of_range_are_refused()
    {
        using var model = new Mlp();
        Assert.ThrowsException<ArgumentOutOfRangeException>(() => new GaLoreOptimizer(model.Parameters, new() { Rank = 0 }));
        Assert.ThrowsException<ArgumentOutOfRangeException>(() => new GaLoreOptimizer(model.Parameters, new() { Period = 0 }));
        Assert.ThrowsException<ArgumentOutOfRangeException>(() => new GaLoreOptimizer(model.Parameters, new() { Oversampling = -1 }));
        Assert.ThrowsException<ArgumentOutOfRangeException>(() => new FiraOptimizer(model.Parameters, new() { NormGrowthLimit = 0.9 }));
        Assert.ThrowsException<ArgumentOutOfRangeException>(() => new ApolloOptimizer(model.Parameters, new() { Scale = double.NaN }));
    }

    /// <summary>Holds a run to one by AdamW, some parameters left out.</summary>
    private static void StepsAsAdamW(Func<Mlp, NamedParameterOptimizer> create, IReadOnlyList<string> except, int steps = 5)
    {
        using var model = new Mlp();
        using var expected = new Mlp();
        using var optimizer = create(model);
        using var adamW = new AdamWOptimizer(expected.Parameters, new() { LearningRate = 0.01, WeightDecay = 0.1 });
        for (int step = 0; step < steps; step++)
        {
            model.PlainStep(optimizer, step);
            expected.PlainStep(adamW, step);
        }

        WeightAssert.AreSameBits(Compared(expected), Compared(model));

        Dictionary<string, float[]> Compared(Mlp mlp) => mlp.Weights().Where(entry => !except.Contains(entry.Key)).ToDictionary();
    }

    private static void Offer(StagewiseOptimizer optimizer, Parameter weights, float[] gradient)
    {
        using var flat = tensor(gradient);
        using var matrix = flat.view(weights.shape);
        optimizer.Accumulate(weights, matrix);
    }
}
