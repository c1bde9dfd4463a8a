using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace Microsoft.ML.BlockLlm.Optimizers.Tests;

/// <summary>Updates go by pieces, as many weights at a time as all threads share. Whatever belongs to a piece must be found in its place.</summary>
[TestClass]
public class AdamSliceTests
{
    private const int Steps = 3;

    /// <summary>Three pieces and a part of one, with as many threads as there are.</summary>
    private static readonly long s_piece = WeightState.PieceSizeOf(DeviceType.CPU, 0), s_size = (3 * s_piece) + 5;

    [TestMethod]
    [DataRow(ScalarType.Float32, MomentPrecision.Full, LowPrecision.MasterWeights)]
    [DataRow(ScalarType.Float32, MomentPrecision.EightBit, LowPrecision.MasterWeights)]
    [DataRow(ScalarType.BFloat16, MomentPrecision.Full, LowPrecision.MasterWeights)]
    [DataRow(ScalarType.BFloat16, MomentPrecision.EightBit, LowPrecision.MasterWeights)]
    [DataRow(ScalarType.BFloat16, MomentPrecision.Full, LowPrecision.StochasticRounding)]
    public void Several_pieces_are_updated_as_so_many_parameters(ScalarType type, MomentPrecision moments, LowPrecision lowPrecision)
    {
        using var scope = NewDisposeScope();
        using var generator = new Generator(3);
        var start = randn(s_size, generator: generator).to(type);
        using var whole = new Parameter(start.clone(), true);
        Parameter[] parts = [.. start.split(s_piece).Select(part => new Parameter(part.clone(), true))];
        var options = new AdamWOptimizerOptions { LearningRate = 0.1, WeightDecay = 0.1, Moments = moments, LowPrecision = lowPrecision };
        using var wholeOptimizer = new AdamWOptimizer([("w", whole)], options);
        using var partOptimizer = new AdamWOptimizer(parts.Select((part, i) => ($"w{i}", part)), options);

        for (int step = 0; step < Steps; step++)
        {
            var gradient = randn(s_size, generator: generator).to(type);
            whole.grad = gradient.clone();
            foreach (var (part, of) in parts.Zip(gradient.split(s_piece)))
                part.grad = of.clone();
            wholeOptimizer.step(1.0);
            partOptimizer.step(1.0);
        }

        using var _ = no_grad();
        Assert.IsTrue(whole.eq(cat(parts, 0)).all().ToBoolean());
        foreach (var (part, before) in parts.Zip(start.split(s_piece)))
            Assert.IsFalse(part.eq(before).all().ToBoolean());
    }

    [TestMethod]
    [DataRow(ScalarType.Float32)]
    [DataRow(ScalarType.BFloat16)]
    public void Several_pieces_of_chosen_weights_are_updated_as_in_a_parameter_whose_other_gradients_are_zero(ScalarType type)
    {
        using var scope = NewDisposeScope();
        using var generator = new Generator(3);
        var start = randn(2 * s_size, generator: generator).to(type);
        // Every other weight is chosen, in all pieces.
        var chosen = cat([zeros(s_size, 1), ones(s_size, 1)], 1).reshape(-1);
        using var some = new Parameter(start.clone(), true);
        using var all = new Parameter(start.clone(), true);
        using var someOptimizer = new BlockLlmOptimizer([("w", some)], new() { Sparsity = 0.5, LearningRate = 0.1, WeightDecay = 0, Reselection = new ReselectionRule.FixedPeriod(100) });
        using var allOptimizer = new AdamWOptimizer([("w", all)], new() { LearningRate = 0.1, WeightDecay = 0 });

        for (int step = 0; step < Steps; step++)
        {
            var gradient = (randn(2 * s_size, generator: generator).abs() + 1).to(type);
            some.grad = gradient * ((0.9 * chosen) + 0.1).to(type);
            all.grad = gradient * chosen.to(type);
            if (step == 0)
                some.grad = all.grad.clone();
            someOptimizer.step(1.0);
            allOptimizer.step(1.0);
        }

        Assert.AreEqual(s_size, someOptimizer.ActiveCount);
        using var _ = no_grad();
        Assert.IsTrue(some.eq(all).all().ToBoolean());
        Assert.IsFalse(some.eq(start).all().ToBoolean());
    }
}
