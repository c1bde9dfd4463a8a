using TorchSharp.Modules;
using static TorchSharp.torch;

namespace Microsoft.ML.BlockLlm.Optimizers.Tests;

/// <summary>Mistakes of the method's first published code, which this implementation does not repeat.</summary>
[TestClass]
public class KnownTrapsTests
{
    private static readonly BlockLlmOptimizerOptions Options = new() { LearningRate = 0.02, Sparsity = 0.9 };

    [TestMethod]
    public void Reselection_fires_under_the_noise_of_batches()
    {
        using var model = new Mlp();
        using var optimizer = new BlockLlmOptimizer(model.Parameters, Options with { Reselection = new ReselectionRule.LossPatience(5) });
        for (int step = 0; step < 40; step++)
            model.PlainStep(optimizer, step);
        Assert.IsTrue(optimizer.Selections > 3, $"{optimizer.Selections} selections");
    }

    [TestMethod]
    public void The_loss_reaches_the_rule_with_a_closure()
    {
        using var model = new Mlp();
        using var withLoss = new Mlp();
        var options = Options with { Reselection = new ReselectionRule.LossPatience(5) };
        using var optimizer = new BlockLlmOptimizer(model.Parameters, options);
        using var withLossOptimizer = new BlockLlmOptimizer(withLoss.Parameters, options);
        for (int step = 0; step < 20; step++)
        {
            using var loss = optimizer.step(() =>
            {
                optimizer.zero_grad();
                var computed = model.Loss(step);
                computed.backward();
                return computed;
            });
            Assert.IsNotNull(loss);
            withLoss.PlainStep(withLossOptimizer, step);
        }

        Assert.AreEqual(withLossOptimizer.Selections, optimizer.Selections);
        WeightAssert.AreSameBits(withLoss.Weights(), model.Weights());
    }

    [TestMethod]
    public void A_step_without_the_loss_is_refused_where_the_rule_needs_it()
    {
        using var model = new Mlp();
        using var optimizer = new BlockLlmOptimizer(model.Parameters, Options);
        StringAssert.Contains(Assert.ThrowsException<InvalidOperationException>(() => optimizer.step()).Message, "call step(loss), or step(closure)");
    }

    [TestMethod]
    public void A_step_without_the_loss_works_where_the_rule_does_not_need_it()
    {
        using var model = new Mlp();
        var before = model.Weights();
        using var optimizer = new BlockLlmOptimizer(model.Parameters, Options with { Reselection = new ReselectionRule.FixedPeriod(10) });
        using var loss = model.Loss(0);
        loss.backward();
        optimizer.step();
        Assert.AreEqual(optimizer.Budget, WeightAssert.Changed(before, model.Weights()));
    }

    [TestMethod]
    public void A_scheduler_reaches_the_update()
    {
        using var model = new Mlp();
        using var optimizer = new BlockLlmOptimizer(model.Parameters, Options);
        var scheduler = optim.lr_scheduler.StepLR(optimizer, step_size: 1, gamma: 0);
        model.PlainStep(optimizer, 0);
        scheduler.step();
        var before = model.Weights();
        model.PlainStep(optimizer, 1);
        Assert.AreEqual(0, WeightAssert.Changed(before, model.Weights()));
    }

    [TestMethod]
    public void Weight_decay_acts_on_active_weights_alone()
    {
        using var parameter = new Parameter(ones(4), true);
        using var optimizer = new BlockLlmOptimizer([("w", parameter)], new() { LearningRate = 0.1, WeightDecay = 0.5, Sparsity = 0.5 });
        parameter.grad = tensor(new[] { 1e-20f, 2e-20f, 0, 0 });
        optimizer.step(1.0);
        float[] weights = Mlp.Values(parameter);
        Assert.AreEqual(0.95f, weights[0], 1e-6f);
        Assert.AreEqual(0.95f, weights[1], 1e-6f);
        CollectionAssert.AreEqual(new[] { 1f, 1f }, weights[2..]);
    }

    [TestMethod]
    public void Epsilon_acts_on_the_update()
    {
        using var parameter = new Parameter(zeros(2), true);
        using var optimizer = new BlockLlmOptimizer([("w", parameter)], new() { LearningRate = 0.1, Epsilon = 3, Sparsity = 0 });
        parameter.grad = ones(2);
        optimizer.step(1.0);
        Assert.AreEqual(-0.1f / 4, Mlp.Values(parameter)[0], 1e-7f);
    }

    [TestMethod]
    public void The_first_step_trains()
    {
        using var model = new Mlp();
        var before = model.Weights();
        using var optimizer = new BlockLlmOptimizer(model.Parameters, Options);
        Assert.IsTrue(model.PlainStep(optimizer, 0).Reselected);
        Assert.AreEqual(optimizer.Budget, WeightAssert.Changed(before, model.Weights()));
    }

    [TestMethod]
    public void A_tensor_larger_than_the_budget_is_selected_in_part()
    {
        using var large = new Parameter(zeros(1000), true);
        using var small = new Parameter(zeros(10), true);
        using var optimizer = new BlockLlmOptimizer([("large.weight", large), ("small.weight", small)], new() { Sparsity = 0.99 });
        large.grad = arange(1000f);
        small.grad = full(10, 0.001f);
        Assert.AreEqual(11, optimizer.step(1.0).ActiveCoordinates);
        Assert.AreEqual(11, Mlp.Values(large).Count(weight => weight != 0));
    }

    [TestMethod]
    public void A_new_head_is_trained_at_every_step()
    {
        using var model = new Mlp();
        using var optimizer = new BlockLlmOptimizer(model.Parameters, Options with { Sparsity = 0.99, AlwaysActive = ["head.*"] });
        for (int step = 0; step < 5; step++)
        {
            float[] before = model.Weights()["head.weight"];
            model.PlainStep(optimizer, step);
            Assert.IsTrue(model.Weights()["head.weight"].Zip(before).All(pair => pair.First != pair.Second));
        }
    }

    [TestMethod]
    public void Disposing_gives_parameters_back_as_they_were()
    {
        using var model = new Mlp();
        model["head.bias"].requires_grad = false;
        using (var optimizer = new BlockLlmOptimizer(model.Parameters, Options with { Frozen = ["hidden.*"] }))
            model.PlainStep(optimizer, 0);
        CollectionAssert.AreEqual(new[] { "head.bias" }, model.Parameters.Where(entry => !entry.parameter.requires_grad).Select(entry => entry.name).ToArray());
    }
}
