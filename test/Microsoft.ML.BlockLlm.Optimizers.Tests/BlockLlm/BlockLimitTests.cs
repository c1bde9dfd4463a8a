using FsCheck;
using FsCheck.Fluent;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace Microsoft.ML.BlockLlm.Optimizers.Tests;

/// <summary>Limits on how much of the budget one block may fill.</summary>
[TestClass]
public class BlockLimitTests
{
    [TestMethod]
    [DataRow(0.25, 3, MaskCriterion.LargestGradient)]
    [DataRow(0.5, 1, MaskCriterion.LargestGradient)]
    [DataRow(0.3, 2, MaskCriterion.LargestGradient)]
    [DataRow(0.25, 3, MaskCriterion.Random)]
    [DataRow(0.5, 1, MaskCriterion.Random)]
    public void No_block_has_more_active_weights_than_its_share_and_the_budget_is_exact(double share, int takeFactor, MaskCriterion maskBy) =>
        Prop.ForAll(Gen.Choose(10, 60).ArrayOf(6).ToArbitrary(), sizes =>
        {
            var parameters = sizes.Select((size, i) => ($"m{i / 2}.{(i % 2 == 0 ? "weight" : "bias")}{i}", new Parameter(zeros(size), true))).ToArray();
            // Three modules; the first has by far the largest gradients.
            using var optimizer = new BlockLlmOptimizer(parameters, new()
            {
                Sparsity = 0.9, MaxBlockShare = share, TakeFactor = takeFactor, Granularity = BlockGranularity.Tensor, MaskBy = maskBy,
            });
            using var generator = new Generator(5);
            foreach (var (name, parameter) in parameters)
                parameter.grad = randn(parameter.shape, generator: generator) * (name.StartsWith("m0", StringComparison.Ordinal) ? 1000 : 1);
            optimizer.step(1.0);
            long[] active = [.. parameters.Select(entry => Mlp.Values(entry.Item2).LongCount(weight => weight != 0))];
            foreach (var (_, parameter) in parameters)
                parameter.Dispose();
            return active.Sum() == optimizer.Budget && active.Max() <= Math.Ceiling(share * optimizer.Budget);
        }).QuickCheckThrowOnFailure();

    [TestMethod]
    public void Of_a_block_beyond_its_limit_the_largest_gradients_are_kept()
    {
        using var large = new Parameter(zeros(100), true);
        using var small = new Parameter(zeros(100), true);
        using var optimizer = new BlockLlmOptimizer(
            [("large.weight", large), ("small.weight", small)], new() { Sparsity = 0.95, MaxBlockShare = 0.6 });
        large.grad = arange(100f) + 100;
        small.grad = arange(100f);
        optimizer.step(1.0);
        CollectionAssert.AreEqual(new[] { 94, 95, 96, 97, 98, 99 }, Active(large));
        CollectionAssert.AreEqual(new[] { 96, 97, 98, 99 }, Active(small));

        static int[] Active(Parameter parameter) => [.. Mlp.Values(parameter).Select((weight, i) => (weight, i)).Where(entry => entry.weight != 0).Select(entry => entry.i)];
    }

    [TestMethod]
    public void A_limit_that_leaves_part_of_the_budget_unused_is_refused()
    {
        using var model = new Mlp();
        var error = Assert.ThrowsException<ArgumentException>(() => new BlockLlmOptimizer(model.Parameters, new() { Sparsity = 0.5, MaxBlockShare = 0.1 }));
        StringAssert.Contains(error.Message, "MaxBlockShare is 0.1: with at most 22 weights a block, the 3 blocks have room for 66 of the budget of 218");
    }
}
