using static TorchSharp.torch;

namespace Microsoft.ML.BlockLlm.Optimizers.Tests;

/// <summary>What dividing scores by the visit share does, under gradients that stay the same.</summary>
[TestClass]
public class VisitShareTests
{
    private static readonly BlockLlmOptimizerOptions Options = new() { Sparsity = 0.95, TakeFactor = 1, Reselection = new ReselectionRule.FixedPeriod(1) };

    [TestMethod]
    public void With_the_visit_share_every_block_has_its_turn() =>
        CollectionAssert.AreEquivalent(new[] { "head", "hidden", "middle" }, BlocksTaken(Options));

    [TestMethod]
    public void Without_it_the_largest_gradient_is_taken_every_time() =>
        CollectionAssert.AreEqual(new[] { "hidden" }, BlocksTaken(Options with { UseVisitShare = false }));

    private static string[] BlocksTaken(BlockLlmOptimizerOptions options)
    {
        using var model = new Mlp();
        using var optimizer = new BlockLlmOptimizer(model.Parameters, options);
        for (int update = 0; update < 30; update++)
        {
            foreach (var (name, parameter) in model.Parameters)
                parameter.grad = full_like(parameter, name.StartsWith("hidden", StringComparison.Ordinal) ? 3 : 1);
            optimizer.step(1.0);
        }

        return [.. optimizer.Visits.Where(block => block.Value > 0).Select(block => block.Key)];
    }
}
