using TorchSharp.Modules;
using static TorchSharp.torch;

namespace Microsoft.ML.BlockLlm.Optimizers.Tests;

/// <summary>Masks whose weights are drawn at random from the taken blocks.</summary>
[TestClass]
public class RandomMaskTests
{
    private static readonly BlockLlmOptimizerOptions Options =
        new() { Sparsity = 0.75, TakeFactor = 4, MaskBy = MaskCriterion.Random, Granularity = BlockGranularity.Tensor, Reselection = new ReselectionRule.FixedPeriod(1) };

    [TestMethod]
    public void Every_taken_parameter_has_its_share_of_the_budget()
    {
        var active = Active(Options, [400, 200, 200]);
        CollectionAssert.AreEqual(new[] { 100, 50, 50 }, active.Select(positions => positions.Length).ToArray());
    }

    [TestMethod]
    public void Gradients_do_not_matter_to_which_weights_are_drawn()
    {
        var active = Active(Options, [400, 200, 200], gradientSeed: 5);
        var others = Active(Options, [400, 200, 200], gradientSeed: 6);
        AssertSame(active, others);
    }

    [TestMethod]
    public void The_order_of_the_parameters_does_not_matter()
    {
        var active = Active(Options, [400, 200, 300]);
        var others = Active(Options, [400, 200, 300], reversed: true);
        AssertSame(active, others);
    }

    [TestMethod]
    public void Another_seed_draws_other_weights() =>
        CollectionAssert.AreNotEqual(Active(Options, [400])[0], Active(Options with { Seed = 2 }, [400])[0]);

    [TestMethod]
    public void Parameters_of_one_size_have_draws_of_their_own()
    {
        var active = Active(Options, [200, 200]);
        CollectionAssert.AreNotEqual(active[0], active[1]);
    }

    [TestMethod]
    public void Each_selection_draws_anew_until_every_weight_was_active()
    {
        using var parameter = new Parameter(zeros(200), true);
        using var optimizer = new BlockLlmOptimizer([("w", parameter)], Options);
        for (int step = 0; step < 60; step++)
        {
            parameter.grad = ones(200);
            optimizer.step(1.0);
        }

        Assert.AreEqual(0, Mlp.Values(parameter).Count(weight => weight == 0));
    }

    /// <summary>Positions of the weights that one update changes, of each parameter.</summary>
    private static int[][] Active(BlockLlmOptimizerOptions options, int[] sizes, int gradientSeed = 5, bool reversed = false)
    {
        var parameters = sizes.Select((size, i) => ($"m{i}.weight", new Parameter(zeros(size), true))).ToArray();
        using var optimizer = new BlockLlmOptimizer(reversed ? parameters.Reverse() : parameters, options);
        using var generator = new Generator((ulong)gradientSeed);
        foreach (var (_, parameter) in parameters)
            parameter.grad = randn(parameter.shape, generator: generator);
        optimizer.step(1.0);
        int[][] active = [.. parameters.Select(entry => Mlp.Values(entry.Item2).Index().Where(weight => weight.Item != 0).Select(weight => weight.Index).ToArray())];
        foreach (var (_, parameter) in parameters)
            parameter.Dispose();
        return active;
    }

    private static void AssertSame(int[][] expected, int[][] actual)
    {
        for (int i = 0; i < expected.Length; i++)
            CollectionAssert.AreEqual(expected[i], actual[i]);
    }
}
