using TorchSharp.Modules;
using static TorchSharp.torch;

namespace Microsoft.ML.BlockLlm.Optimizers.Tests;

[TestClass]
public class AdamWOptimizerTests
{
    private static readonly AdamWOptimizerOptions Options = new() { LearningRate = 0.01, WeightDecay = 0.1 };

    [TestMethod]
    [DataRow("plain", null, 1.0)]
    [DataRow("clipped", 0.8, 1.0)]
    [DataRow("small_gradients", null, 1e-6)]
    [DataRow("small_gradients_clipped", 5e-7, 1e-6)]
    public void Twenty_steps_follow_PyTorch(string run, double? maxGradientNorm, double gradientScale)
    {
        using var model = new Mlp();
        using var optimizer = new AdamWOptimizer(model.Parameters, Options with { MaxGradientNorm = maxGradientNorm });
        WeightAssert.FollowsGolden(Golden.Of("adamw")[run], model, optimizer, gradientScale);
    }

    [TestMethod]
    public void Hundred_steps_follow_PyTorch()
    {
        using var model = new Mlp();
        using var optimizer = new AdamWOptimizer(model.Parameters, Options);
        for (int step = 0; step < 100; step++)
            model.PlainStep(optimizer, step);
        WeightAssert.AreClose(Golden.Trajectories.AdamW.Weights, model.Weights(), 1e-6);
    }

    [TestMethod]
    public void Hundred_clipped_steps_follow_PyTorch()
    {
        using var model = new Mlp();
        using var optimizer = new AdamWOptimizer(model.Parameters, Options with { MaxGradientNorm = 0.25 });
        for (int step = 0; step < 100; step++)
            model.PlainStep(optimizer, step);
        WeightAssert.AreClose(Golden.Trajectories.AdamWClipped.Weights, model.Weights(), 1e-6);
    }

    [TestMethod]
    public void Stagewise_steps_give_the_bits_of_plain_steps()
    {
        using var plain = new Mlp();
        using var stagewise = new Mlp();
        using var plainOptimizer = new AdamWOptimizer(plain.Parameters, Options);
        using var stagewiseOptimizer = new AdamWOptimizer(stagewise.Parameters, Options);
        for (int step = 0; step < 20; step++)
        {
            plain.PlainStep(plainOptimizer, step);
            stagewise.StagewiseStep(stagewiseOptimizer, step);
        }

        WeightAssert.AreSameBits(plain.Weights(), stagewise.Weights());
    }

    [TestMethod]
    public void A_large_parameter_is_updated_as_its_parts_would_be()
    {
        const int Size = 150_000;
        using var start = randn(Size);
        using var gradient = randn(Size);
        using var whole = new Parameter(start.clone(), true);
        using var optimizer = new AdamWOptimizer([("whole", whole)], Options);
        Parameter[] parts = [.. start.split(Size / 6).Select(part => new Parameter(part.clone(), true))];
        using var partsOptimizer = new AdamWOptimizer(parts.Select((part, i) => ($"part{i}", part)), Options);
        for (int step = 0; step < 3; step++)
        {
            whole.grad = gradient;
            foreach (var (part, partGradient) in parts.Zip(gradient.split(Size / 6)))
                part.grad = partGradient;
            optimizer.step(1.0);
            partsOptimizer.step(1.0);
        }

        float largest = Mlp.Values(whole).Zip(parts.SelectMany(Mlp.Values), (expected, actual) => Math.Abs(expected - actual)).Max();
        Assert.IsTrue(largest <= 1e-6, $"A weight is off by {largest}.");
    }

    [TestMethod]
    public void Frozen_parameters_stay_as_they_are()
    {
        using var model = new Mlp();
        var before = model.Weights();
        using var optimizer = new AdamWOptimizer(model.Parameters, Options with { Frozen = ["hidden.*", "*.bias"] });
        model.PlainStep(optimizer, 0);
        var changed = before.Keys.Where(name => !before[name].SequenceEqual(model.Weights()[name]));
        CollectionAssert.AreEquivalent(new[] { "middle.weight", "head.weight" }, changed.ToArray());
    }

    [TestMethod]
    public void Report_counts_every_trained_weight()
    {
        using var model = new Mlp();
        using var optimizer = new AdamWOptimizer(model.Parameters, Options with { Frozen = ["hidden.*"] });
        Assert.AreEqual(435 - 112, model.PlainStep(optimizer, 0).ActiveCoordinates);
    }

    [TestMethod]
    public void A_resumed_run_gives_the_bits_of_an_uninterrupted_one() =>
        SavedState.AssertExactResume(() => new Mlp(), model => new AdamWOptimizer(model.Parameters, Options));

    [TestMethod]
    public void Step_without_a_loss_works_as_in_TorchSharp()
    {
        using var model = new Mlp();
        var before = model.Weights();
        using var optimizer = new AdamWOptimizer(model.Parameters, Options);
        using var loss = model.Loss(0);
        loss.backward();
        Assert.IsNull(optimizer.step());
        Assert.AreEqual(435, WeightAssert.Changed(before, model.Weights()));
    }
}
