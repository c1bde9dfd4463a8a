using TorchSharp.Modules;
using static TorchSharp.torch;

namespace Microsoft.ML.BlockLlm.Optimizers.Tests;

[TestClass]
public class SgdOptimizerTests
{
    private static readonly SgdOptimizerOptions Options = new() { LearningRate = 0.05, WeightDecay = 0.1 };

    public static IEnumerable<object[]> Variants =>
    [
        ["plain", Options],
        ["momentum", Options with { Momentum = 0.9 }],
        ["nesterov", Options with { Momentum = 0.9, Nesterov = true }],
    ];

    [TestMethod]
    [DynamicData(nameof(Variants))]
    public void Twenty_steps_follow_PyTorch(string name, SgdOptimizerOptions options)
    {
        using var model = new Mlp();
        using var optimizer = new SgdOptimizer(model.Parameters, options);
        WeightAssert.FollowsGolden(Golden.Of("sgd")[name], model, optimizer);
    }

    [TestMethod]
    public void Without_momentum_there_is_no_state()
    {
        using var model = new Mlp();
        using var optimizer = new SgdOptimizer(model.Parameters, Options);
        model.PlainStep(optimizer, 0);
        Assert.AreEqual(0, optimizer.StateBytes);
    }

    [TestMethod]
    public void Momentum_takes_four_bytes_a_weight()
    {
        using var model = new Mlp();
        using var optimizer = new SgdOptimizer(model.Parameters, Options with { Momentum = 0.5 });
        model.PlainStep(optimizer, 0);
        Assert.AreEqual(4 * 435, optimizer.StateBytes);
    }

    [TestMethod]
    public void Clipping_scales_all_gradients_to_the_largest_norm()
    {
        using var parameter = new Parameter(zeros(2), true);
        using var optimizer = new SgdOptimizer([("weight", parameter)], new() { LearningRate = 1, MaxGradientNorm = 1 });
        parameter.grad = tensor([3f, 4f]);
        Assert.AreEqual(5, optimizer.step(0.0).GradientNorm, 1e-6);
        float[] weights = Mlp.Values(parameter);
        Assert.AreEqual(-0.6, weights[0], 1e-6);
        Assert.AreEqual(-0.8, weights[1], 1e-6);
    }

    [TestMethod]
    public void A_schedule_of_momentum_reaches_every_group()
    {
        using var model = new Mlp();
        using var optimizer = new SgdOptimizer(
            model.Parameters, Options with { Momentum = 0.5, Groups = [new ParameterGroupOptions("*.bias") { WeightDecay = 0 }] });
        optimizer.Momentum = 0.75;
        CollectionAssert.AreEqual(new[] { 0.75, 0.75 }, optimizer.ParamGroups.Cast<SGD.ParamGroup>().Select(group => group.Momentum).ToArray());
    }

    [TestMethod]
    public void Nesterov_without_momentum_is_refused()
    {
        using var model = new Mlp();
        var error = Assert.ThrowsException<ArgumentOutOfRangeException>(() => new SgdOptimizer(model.Parameters, Options with { Nesterov = true }));
        StringAssert.Contains(error.Message, "Nesterov must be false where Momentum is 0");
    }
}
