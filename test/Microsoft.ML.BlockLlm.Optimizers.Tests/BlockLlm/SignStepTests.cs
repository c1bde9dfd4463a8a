using TorchSharp.Modules;
using static TorchSharp.torch;

namespace Microsoft.ML.BlockLlm.Optimizers.Tests;

/// <summary>Steps by the sign of the gradient on weights outside the mask.</summary>
[TestClass]
public class SignStepTests
{
    private static readonly BlockLlmOptimizerOptions Options = new()
    {
        LearningRate = 0.02,
        WeightDecay = 0.1,
        Sparsity = 0.9,
        TakeFactor = 1,
        SignStepRate = 0.1,
        Reselection = new ReselectionRule.FixedPeriod(100),
    };

    [TestMethod]
    public void Weights_outside_the_mask_move_by_a_share_of_the_learning_rate_against_the_sign_of_the_gradient()
    {
        using var taken = new Parameter(ones(20), true);
        using var other = new Parameter(ones(20), true);
        using var optimizer = new BlockLlmOptimizer([("taken.weight", taken), ("other.weight", other)], Options);
        taken.grad = tensor([5f, -5f, 6f, -6f, 0.5f, -0.5f, 0f, .. Enumerable.Repeat(1f, 13)]);
        other.grad = full(20, 0.01f);
        optimizer.step(1.0);
        float[] moved = [.. Mlp.Values(taken).Select(weight => weight - 1)];
        // Four active weights with AdamW's first step and decay; then signs at a tenth of the rate and without decay.
        float[] expected = [-0.022f, 0.018f, -0.022f, 0.018f, -0.002f, 0.002f, 0f, .. Enumerable.Repeat(-0.002f, 13)];
        for (int i = 0; i < 20; i++)
            Assert.AreEqual(expected[i], moved[i], 1e-6, $"weight {i}");
        Assert.IsTrue(Mlp.Values(other).All(weight => weight == 1), "The block not taken stays as it is.");
    }

    [TestMethod]
    public void Active_weights_and_state_are_as_without_sign_steps()
    {
        using var weights = new Parameter(zeros(50), true);
        using var plainWeights = new Parameter(zeros(50), true);
        using var optimizer = new BlockLlmOptimizer([("w", weights)], Options);
        using var plain = new BlockLlmOptimizer([("w", plainWeights)], Options with { SignStepRate = 0 });
        using var generator = new Generator(3);
        for (int step = 0; step < 10; step++)
        {
            weights.grad = randn(50, generator: generator);
            plainWeights.grad = weights.grad.clone();
            optimizer.step(1.0);
            plain.step(1.0);
        }

        var pairs = Mlp.Values(plainWeights).Zip(Mlp.Values(weights)).ToArray();
        Assert.AreEqual(5, pairs.Count(pair => pair.First != 0));
        Assert.IsTrue(pairs.Where(pair => pair.First != 0).All(pair => pair.First == pair.Second));
        Assert.IsTrue(pairs.Count(pair => pair.Second != 0) > 40);
        Assert.AreEqual(plain.StateBytes, optimizer.StateBytes);
    }

    [TestMethod]
    public void The_sign_is_that_of_the_sum_over_micro_batches()
    {
        using var weights = new Parameter(zeros(10), true);
        using var optimizer = new BlockLlmOptimizer([("w", weights)], Options);
        using var first = tensor([9f, 1f, 1f, 1f, 1f, 1f, 1f, 1f, 1f, 1f]);
        using var second = tensor([9f, -3f, -3f, -3f, 3f, 3f, 3f, -1f, -1f, -1f]);
        optimizer.Probe(weights, first);
        optimizer.EndProbe();
        optimizer.Accumulate(weights, first);
        optimizer.Accumulate(weights, second);
        optimizer.Update(1);
        CollectionAssert.AreEqual(
            new[] { 1, 1, 1, -1, -1, -1, 0, 0, 0 }, Mlp.Values(weights).Skip(1).Select(weight => Math.Sign(weight)).ToArray());
    }

    [TestMethod]
    public void A_gradient_outside_the_mask_that_is_not_finite_changes_nothing()
    {
        using var weights = new Parameter(zeros(50), true);
        using var optimizer = new BlockLlmOptimizer([("w", weights)], Options);
        weights.grad = arange(50f);
        optimizer.step(1.0);
        float[] before = Mlp.Values(weights);
        weights.grad = arange(50f);
        weights.grad[3] = float.NaN;
        StringAssert.Contains(Assert.ThrowsException<NonFiniteGradientException>(() => optimizer.step(1.0)).Message, "'w' is not finite at update 2");
        CollectionAssert.AreEqual(before, Mlp.Values(weights));
    }
}
