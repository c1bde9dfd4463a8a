using System.Text.Json;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace Microsoft.ML.BlockLlm.Optimizers.Tests;

/// <summary>Moments that are carried over a selection.</summary>
[TestClass]
public class CarriedMomentsTests
{
    private const int Period = 5;

    private static readonly BlockLlmOptimizerOptions Options = new()
    {
        LearningRate = 0.01, Sparsity = 0.75, TakeFactor = 4, Reselection = new ReselectionRule.FixedPeriod(Period),
    };

    /// <summary>Selection n takes weights n and n + 1, so that the second one takes weight 1 over and the third weight 2 alone, which the first did not have.</summary>
    [TestMethod]
    public void A_weight_that_outlives_the_older_ones_follows_AdamW_from_its_own_first_update()
    {
        const int Weight = 2;
        using var weights = new Parameter(zeros(8), true);
        using var alone = new Parameter(zeros(1), true);
        using var optimizer = new BlockLlmOptimizer([("w", weights)], Options);
        using var adamW = new AdamWOptimizer([("w", alone)], new() { LearningRate = Options.LearningRate });

        for (int step = 0; step < 3 * Period; step++)
        {
            float[] gradient = [.. Enumerable.Repeat(0.1f, 8)];
            gradient[step / Period] = gradient[(step / Period) + 1] = 1 + (step % 3);
            Step(weights, optimizer, gradient);
            if (step >= Period)
                Step(alone, adamW, [gradient[Weight]]);
        }

        Assert.AreEqual(3, optimizer.Selections);
        Assert.AreEqual(Mlp.Values(alone)[0], Mlp.Values(weights)[Weight], 1e-7);
    }

    [TestMethod]
    public void Moments_follow_the_description_whatever_stays_of_earlier_selections()
    {
        var golden = JsonSerializer.Deserialize<Golden>(File.ReadAllText(Path.Combine(AppContext.BaseDirectory, "golden", "carried_moments.json")), JsonSerializerOptions.Web)!;
        using var weights = new Parameter(zeros(8), true);
        using var optimizer = new BlockLlmOptimizer([("w", weights)], Options with { Sparsity = 0.625 });

        foreach (var gradient in golden.Gradients)
            Step(weights, optimizer, gradient);

        Assert.AreEqual(golden.Gradients.Length / Period, optimizer.Selections);
        foreach (var (expected, actual) in golden.Weights.Zip(Mlp.Values(weights)))
            Assert.AreEqual(expected, actual, 1e-6);
    }

    private static void Step(Parameter parameter, StagewiseOptimizer optimizer, float[] gradient)
    {
        parameter.grad = tensor(gradient);
        optimizer.step(1.0);
    }

    private sealed record Golden(float[][] Gradients, double[] Weights);
}
