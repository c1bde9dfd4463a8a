using FsCheck;
using FsCheck.Fluent;

namespace Microsoft.ML.BlockLlm.Optimizers.Tests;

/// <summary>Selections that weigh how deep the backward pass must go.</summary>
[TestClass]
public class DepthCutTests
{
    /// <summary>Up to 12 blocks of one size with scores, and costs of four depths.</summary>
    private static readonly Arbitrary<(int Score, int Cost)[]> ScoresAndCosts =
        Gen.Choose(1, 50).SelectMany(score => Gen.Choose(1, 4).Select(cost => (score, cost))).NonEmptyListOf()
            .Select(list => list.Take(12).ToArray()).ToArbitrary();

    [TestMethod]
    public void A_deep_block_is_taken_where_its_score_outweighs_its_cost() => CollectionAssert.AreEqual(new[] { 0 }, Take([7, 3], [2, 1]));

    [TestMethod]
    public void A_deep_block_is_left_where_it_does_not() => CollectionAssert.AreEqual(new[] { 1 }, Take([5, 3], [2, 1]));

    [TestMethod]
    public void A_depth_with_too_few_weights_is_not_considered() => CollectionAssert.AreEqual(new[] { 0, 1 }, Take([5, 3], [9, 1], target: 11));

    [TestMethod]
    public void Without_a_mask_the_same_holds()
    {
        var selector = new BlockSelector(BlockSampling.Greedy, seed: 1);
        CollectionAssert.AreEqual(new[] { 1 }, selector.TakeWithin(Blocks([2, 1]), [5, 3], budget: 10, selection: 0).ToArray());
        CollectionAssert.AreEqual(new[] { 0 }, selector.TakeWithin(Blocks([2, 1]), [7, 3], budget: 10, selection: 0).ToArray());
    }

    [TestMethod]
    public void Without_a_mask_a_block_larger_than_the_budget_is_left_for_a_deeper_one_that_fits()
    {
        var selector = new BlockSelector(BlockSampling.Greedy, seed: 1);
        Block[] blocks = [.. Blocks([1, 2]).Select((block, i) => block with { Size = i == 0 ? 20 : 5 })];
        CollectionAssert.AreEqual(new[] { 1 }, selector.TakeWithin(blocks, [9, 1], budget: 10, selection: 0).ToArray());
    }

    [TestMethod]
    public void Equal_costs_change_nothing() =>
        Prop.ForAll(ScoresAndCosts, blocks => Take(Scores(blocks), [.. blocks.Select(_ => 5.0)], 35).SequenceEqual(Take(Scores(blocks), [.. blocks.Select(_ => 1.0)], 35)))
            .QuickCheckThrowOnFailure();

    [TestMethod]
    public void No_other_depth_has_more_score_for_its_cost() =>
        Prop.ForAll(ScoresAndCosts, blocks =>
        {
            double[] scores = Scores(blocks), costs = [.. blocks.Select(block => (double)block.Cost)];
            var taken = Take(scores, costs, target: 20);
            double rate = taken.Sum(block => scores[block]) / taken.Max(block => costs[block]);
            return costs.Distinct().All(depth =>
            {
                int[] best = [.. Enumerable.Range(0, blocks.Length).Where(block => costs[block] <= depth).OrderByDescending(block => scores[block]).Take(2)];
                return best.Length < 2 || best.Sum(block => scores[block]) / best.Max(block => costs[block]) <= rate * (1 + 1e-12);
            });
        }).QuickCheckThrowOnFailure();

    [TestMethod]
    public void Every_block_is_visited_in_the_end() =>
        Prop.ForAll(ScoresAndCosts, blocks =>
        {
            var visits = new VisitCounts(blocks.Length);
            for (int selection = 0; selection < 2000; selection++)
            {
                foreach (int block in Take([.. blocks.Select((block, i) => block.Score / visits.Share(i))], [.. blocks.Select(block => (double)block.Cost)]))
                    visits.Visit(block);
            }

            return Enumerable.Range(0, blocks.Length).All(block => visits[block] > 0);
        }).QuickCheckThrowOnFailure();

    private static double[] Scores((int Score, int Cost)[] blocks) => [.. blocks.Select(block => (double)block.Score)];

    private static Block[] Blocks(double[] costs) => [.. costs.Select((cost, i) => new Block($"block{i:00}", [], 10, cost))];

    private static int[] Take(double[] scores, double[] costs, long target = 10) =>
        [.. new BlockSelector(BlockSampling.Greedy, seed: 1).TakeUntil(Blocks(costs), scores, target, selection: 0)];
}
