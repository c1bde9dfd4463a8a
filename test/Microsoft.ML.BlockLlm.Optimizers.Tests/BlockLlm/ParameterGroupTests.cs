using static TorchSharp.torch;

namespace Microsoft.ML.BlockLlm.Optimizers.Tests;

[TestClass]
public class ParameterGroupTests
{
    private static readonly BlockLlmOptimizerOptions Options = new()
    {
        LearningRate = 0.02,
        WeightDecay = 0.1,
        Sparsity = 0,
        Groups = [new("*.bias") { WeightDecay = 0 }, new("head.*") { LearningRate = 0.2 }],
    };

    [TestMethod]
    public void A_parameter_belongs_to_the_first_group_that_matches()
    {
        using var model = new Mlp();
        using var optimizer = new BlockLlmOptimizer(model.Parameters, Options);
        CollectionAssert.AreEqual(new[] { 0.02, 0.02, 0.2 }, optimizer.ParamGroups.Select(group => group.LearningRate).ToArray());
        CollectionAssert.AreEquivalent(model.Parameters.Select(entry => entry.parameter).ToArray(), optimizer.parameters().ToArray());
    }

    [TestMethod]
    public void Each_group_has_its_own_hyperparameters()
    {
        using var model = new Mlp();
        using var optimizer = new BlockLlmOptimizer(model.Parameters, Options);
        var before = model.Weights();
        foreach (var (_, parameter) in model.Parameters)
            parameter.grad = ones_like(parameter);
        optimizer.step(1.0);
        // The first step of Adam is the learning rate times the sign of the gradient.
        var after = model.Weights();
        Assert.AreEqual(before["hidden.weight"][0] * (1 - 0.02 * 0.1) - 0.02, after["hidden.weight"][0], 1e-6);
        Assert.AreEqual(before["hidden.bias"][0] - 0.02, after["hidden.bias"][0], 1e-6);
        Assert.AreEqual(before["head.weight"][0] * (1 - 0.2 * 0.1) - 0.2, after["head.weight"][0], 1e-6);
        Assert.AreEqual(before["head.bias"][0] - 0.02, after["head.bias"][0], 1e-6);
    }

    [TestMethod]
    public void A_scheduler_changes_each_group_from_its_own_start()
    {
        using var model = new Mlp();
        using var optimizer = new BlockLlmOptimizer(model.Parameters, Options);
        var scheduler = optim.lr_scheduler.StepLR(optimizer, step_size: 1, gamma: 0.5);
        scheduler.step();
        CollectionAssert.AreEqual(new[] { 0.01, 0.01, 0.1 }, optimizer.ParamGroups.Select(group => group.LearningRate).ToArray());
    }

    [TestMethod]
    public void Adding_a_group_later_is_refused_with_the_way_out()
    {
        using var model = new Mlp();
        using var optimizer = new BlockLlmOptimizer(model.Parameters, Options);
        StringAssert.Contains(
            Assert.ThrowsException<NotSupportedException>(() => optimizer.add_param_group(new TorchSharp.Modules.ParamGroup())).Message, "Groups");
    }
}
