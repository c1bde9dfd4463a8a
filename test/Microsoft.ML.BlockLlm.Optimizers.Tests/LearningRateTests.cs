using static TorchSharp.torch;

namespace Microsoft.ML.BlockLlm.Optimizers.Tests;

/// <summary>The learning rate is that of the moment, for every method: a scheduler decides how far an update goes, and nothing else of it.</summary>
[TestClass]
[DoNotParallelize]
public class LearningRateTests
{
    private const int Before = 5;

    /// <summary>The methods beside those of <see cref="MethodContractTests"/>.</summary>
    private static readonly Dictionary<string, Func<Mlp, NamedParameterOptimizer>> Others = new()
    {
        ["AdamW"] = model => new AdamWOptimizer(model.Parameters, new() { LearningRate = 0.01, WeightDecay = 0.1, MaxGradientNorm = 0.5 }),
        ["BAdam"] = model => new BAdamOptimizer(model.Parameters, new() { LearningRate = 0.01, WeightDecay = 0.1, Period = 2 }),
        ["LISA"] = model => new LisaOptimizer(model.Parameters, new() { LearningRate = 0.01, WeightDecay = 0.1, Period = 2 }),
        ["BlockLLM"] = model => new BlockLlmOptimizer(model.Parameters, new() { LearningRate = 0.01, WeightDecay = 0.1, Sparsity = 0.5, Reselection = new ReselectionRule.FixedPeriod(2), SignStepRate = 0.1 }),
    };

    public static IEnumerable<object[]> Names => MethodContractTests.Methods.Keys.Concat(Others.Keys).Select(name => new object[] { name });

    [TestMethod]
    [DynamicData(nameof(Names))]
    public void A_scheduler_that_halves_the_rate_halves_the_next_update(string method)
    {
        var whole = ChangesAfterScheduler(method, gamma: 1);
        var half = ChangesAfterScheduler(method, gamma: 0.5);

        Assert.IsTrue(whole.Count(change => Math.Abs(change) > 1e-4) > whole.Length / 10, "Something moves.");
        for (int i = 0; i < whole.Length; i++)
            Assert.AreEqual(whole[i] / 2, half[i], 2e-7, $"weight {i}");
    }

    /// <summary>What an update changes, those before which had the full rate.</summary>
    private static double[] ChangesAfterScheduler(string method, double gamma)
    {
        using var model = new Mlp();
        using var optimizer = Others.TryGetValue(method, out var create) ? create(model) : MethodContractTests.Methods[method](model, []);
        var schedule = optim.lr_scheduler.StepLR(optimizer, Before, gamma);
        for (int step = 0; step < Before; step++)
        {
            model.PlainStep(optimizer, step);
            schedule.step();
        }

        var before = model.Weights();
        model.PlainStep(optimizer, Before);
        var after = model.Weights();
        return [.. before.SelectMany(entry => entry.Value.Zip(after[entry.Key], (old, present) => (double)present - old))];
    }
}
