using static TorchSharp.torch;

namespace Microsoft.ML.BlockLlm.Optimizers.Tests;

/// <summary>Selections of the optimizer that weigh what depth costs: the deepest module has gradients half as large again as the others.</summary>
[TestClass]
public class DepthAwareTests
{
    private static readonly BlockLlmOptimizerOptions Options = new() { Sparsity = 0.95, TakeFactor = 1, Score = BlockScore.SizeNormalized };

    private static readonly Dictionary<string, double> Costs = new()
    {
        ["head.weight"] = 1, ["head.bias"] = 1, ["middle.weight"] = 2, ["middle.bias"] = 2, ["hidden.weight"] = 3, ["hidden.bias"] = 3,
    };

    [TestMethod]
    public void Without_costs_the_largest_gradients_are_taken() => Assert.AreEqual("hidden", Selected(Options));

    [TestMethod]
    public void A_block_too_deep_for_its_gradient_is_not_taken() => Assert.AreEqual("head", Selected(Options with { StepCosts = Costs }));

    [TestMethod]
    public void The_engine_may_say_what_depth_costs() => Assert.AreEqual("head", Selected(Options with { DepthAware = true }, Costs));

    [TestMethod]
    public void Where_no_probe_comes_first_the_engine_is_not_too_late()
    {
        // No norm is known yet, so the first selection goes by name, were it not for the costs.
        var options = new BlockLlmOptimizerOptions { Sparsity = 0.95, TakeFactor = 1, Norms = new GradientNormSource.SampledBlocks() };
        var headIsDeepest = Costs.ToDictionary(cost => cost.Key, cost => 4 - cost.Value);
        Assert.AreEqual("head", Selected(options));
        Assert.AreEqual("hidden", Selected(options with { DepthAware = true }, headIsDeepest));
    }

    [TestMethod]
    public void Costs_of_the_engine_change_nothing_unless_asked_for() => Assert.AreEqual("hidden", Selected(Options, Costs));

    [TestMethod]
    public void Costs_given_by_hand_go_before_those_of_the_engine() =>
        Assert.AreEqual("hidden", Selected(Options with { DepthAware = true, StepCosts = Costs.Keys.ToDictionary(name => name, _ => 1.0) }, Costs));

    [TestMethod]
    public void Where_the_deepest_parameter_is_always_active_depth_is_free() =>
        Assert.AreEqual("hidden", Selected(Options with { DepthAware = true, AlwaysActive = ["hidden.bias"] }, Costs));

    [TestMethod]
    public void A_depth_aware_optimizer_that_nobody_told_the_depths_says_what_to_do()
    {
        var error = Assert.ThrowsException<InvalidOperationException>(() => Selected(Options with { DepthAware = true }));
        StringAssert.Contains(error.Message, "set StepCosts");
    }

    [TestMethod]
    public void Once_it_is_told_the_depths_it_goes_on_as_if_nothing_had_been()
    {
        using var model = new Mlp();
        using var told = new Mlp();
        using var optimizer = new BlockLlmOptimizer(model.Parameters, Options with { DepthAware = true });
        using var toldOptimizer = new BlockLlmOptimizer(told.Parameters, Options with { StepCosts = Costs });
        Assert.ThrowsException<InvalidOperationException>(() => model.PlainStep(optimizer, 0));
        optimizer.UseStepCosts(model.Parameters.ToDictionary(entry => entry.parameter, entry => Costs[entry.name]));

        for (int step = 1; step < 4; step++)
            Assert.AreEqual(told.PlainStep(toldOptimizer, step).GradientNorm, model.PlainStep(optimizer, step).GradientNorm);
        WeightAssert.AreSameBits(told.Weights(), model.Weights());
    }

    [TestMethod]
    public void A_parameter_without_a_cost_is_refused_by_name()
    {
        using var model = new Mlp();
        var error = Assert.ThrowsException<ArgumentException>(
            () => new BlockLlmOptimizer(model.Parameters, new() { StepCosts = new Dictionary<string, double> { ["head.weight"] = 1 }, Frozen = ["middle.*", "hidden.*"] }));
        StringAssert.Contains(error.Message, "StepCosts has no cost for the parameter 'head.bias'");
    }

    private static string Selected(BlockLlmOptimizerOptions options, Dictionary<string, double>? fromEngine = null)
    {
        using var model = new Mlp();
        using var optimizer = new BlockLlmOptimizer(model.Parameters, options);
        if (fromEngine is not null)
            optimizer.UseStepCosts(model.Parameters.ToDictionary(entry => entry.parameter, entry => fromEngine[entry.name]));
        foreach (var (name, parameter) in model.Parameters)
            parameter.grad = full_like(parameter, name.StartsWith("hidden", StringComparison.Ordinal) ? 1.5 : 1);
        optimizer.step(1.0);
        return optimizer.ActiveBlocks.Single();
    }
}
