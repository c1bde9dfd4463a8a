using FsCheck;
using FsCheck.Fluent;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace Microsoft.ML.BlockLlm.Optimizers.Tests;

[TestClass]
public class BudgetTests
{
    /// <summary>Models of 1 to 6 tensors with 1 to 40 weights, and a sparsity in hundredths.</summary>
    private static readonly Arbitrary<(int[] Sizes, int Hundredths)> Models =
        Gen.Choose(1, 40).NonEmptyListOf().Select(list => list.Take(6).ToArray())
            .SelectMany(sizes => Gen.Choose(0, 99).Select(sparsity => (sizes, sparsity))).ToArbitrary();

    [TestMethod]
    [DataRow(0.95, 100, 5)]
    [DataRow(0.9, 10, 1)]
    [DataRow(0.95, 99, 5)]
    [DataRow(0.999, 10, 1)]
    [DataRow(0.0, 7, 7)]
    public void Budget_is_the_dense_share_rounded_up(double sparsity, int weights, int budget)
    {
        using var parameter = new Parameter(zeros(weights), true);
        using var optimizer = new BlockLlmOptimizer([("w", parameter)], new() { Sparsity = sparsity });
        Assert.AreEqual(budget, optimizer.Budget);
    }

    [TestMethod]
    [DataRow(MaskCriterion.LargestGradient)]
    [DataRow(MaskCriterion.Random)]
    public void Budget_is_exact_at_every_update(MaskCriterion maskBy) =>
        Prop.ForAll(Models, model =>
        {
            var parameters = model.Sizes.Select((size, i) => ($"m{i}.weight", new Parameter(zeros(size), true))).ToArray();
            using var optimizer = new BlockLlmOptimizer(parameters, new()
            {
                Sparsity = model.Hundredths / 100.0,
                Reselection = new ReselectionRule.FixedPeriod(2),
                TakeFactor = 1 + (model.Hundredths % 3),
                MaskBy = maskBy,
            });
            using var generator = new Generator(5);
            bool exact = true;
            for (int step = 0; step < 6; step++)
            {
                var before = parameters.Select(entry => Mlp.Values(entry.Item2)).ToArray();
                foreach (var (_, parameter) in parameters)
                    parameter.grad = randn(parameter.shape, generator: generator);
                var report = optimizer.step(1.0);
                long changed = parameters.Zip(before).Sum(pair => Mlp.Values(pair.First.Item2).Zip(pair.Second).LongCount(w => w.First != w.Second));
                exact &= report.ActiveCoordinates == optimizer.Budget && optimizer.ActiveCount == optimizer.Budget && changed == optimizer.Budget;
                exact &= report.ActiveBlocks.Count > 0;
            }

            foreach (var (_, parameter) in parameters)
                parameter.Dispose();
            return exact;
        }).QuickCheckThrowOnFailure();

    [TestMethod]
    public void Always_active_weights_are_counted_apart()
    {
        using var model = new Mlp();
        using var optimizer = new BlockLlmOptimizer(model.Parameters, new() { Sparsity = 0.9, AlwaysActive = ["head.*"] });
        var report = model.PlainStep(optimizer, 0);
        Assert.AreEqual(435 - 51, optimizer.CandidateCount);
        Assert.AreEqual(39, optimizer.Budget);
        Assert.AreEqual(51, report.AlwaysActiveCoordinates);
        Assert.AreEqual(39 + 51, report.ActiveCoordinates);
        CollectionAssert.DoesNotContain(report.ActiveBlocks.ToArray(), "head");
    }

    [TestMethod]
    public void Whole_blocks_stay_within_the_budget()
    {
        using var model = new Mlp();
        using var optimizer = new BlockLlmOptimizer(model.Parameters, new() { Sparsity = 0.6, MaskCoordinates = false, Reselection = new ReselectionRule.FixedPeriod(1) });
        for (int step = 0; step < 20; step++)
        {
            model.PlainStep(optimizer, step);
            Assert.IsTrue(optimizer.ActiveCount is 51 or 112 or 163, $"{optimizer.ActiveCount} weights of {string.Join(", ", optimizer.ActiveBlocks)}");
        }
    }

    [TestMethod]
    public void State_takes_ten_bytes_for_an_active_weight_and_next_to_nothing_for_the_rest()
    {
        using var weights = new Parameter(zeros(100_000), true);
        using var optimizer = new BlockLlmOptimizer([("w", weights)]);
        weights.grad = randn(100_000);
        optimizer.step(1.0);
        // An offset and two moments for an active weight, and four counts of 32,768 weights each.
        Assert.AreEqual((5000 * (2 + 8)) + (4 * 4), optimizer.StateBytes);
    }
}
