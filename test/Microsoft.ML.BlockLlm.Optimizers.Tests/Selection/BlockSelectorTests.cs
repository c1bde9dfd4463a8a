using FsCheck;
using FsCheck.Fluent;

namespace Microsoft.ML.BlockLlm.Optimizers.Tests;

[TestClass]
public class BlockSelectorTests
{
    private static readonly BlockSampling[] Samplings = [BlockSampling.Greedy, BlockSampling.Random];

    /// <summary>Up to 20 blocks with sizes and scores, some of them equal.</summary>
    private static readonly Arbitrary<(int Size, int Score)[]> SizesAndScores =
        Gen.Choose(1, 50).SelectMany(size => Gen.Choose(0, 9).Select(score => (size, score))).NonEmptyListOf()
            .Select(list => list.Take(20).ToArray()).ToArbitrary();

    [TestMethod]
    public void Takes_falling_scores_until_the_target_is_reached()
    {
        var taken = Greedy.TakeUntil(Blocks(10, 20, 30, 40), [1, 4, 2, 3], target: 55, selection: 0);
        CollectionAssert.AreEqual(new[] { 1, 3 }, taken.ToArray());
    }

    [TestMethod]
    public void Takes_the_best_block_even_if_it_exceeds_the_target() =>
        CollectionAssert.AreEqual(new[] { 1 }, Greedy.TakeUntil(Blocks(10, 1000), [1, 2], target: 5, selection: 0).ToArray());

    [TestMethod]
    public void Equal_scores_go_by_name() =>
        CollectionAssert.AreEqual(new[] { 0, 1 }, Greedy.TakeUntil(Blocks(10, 10, 10), [1, 1, 1], target: 20, selection: 0).ToArray());

    [TestMethod]
    public void Whole_blocks_skip_what_does_not_fit() =>
        CollectionAssert.AreEqual(new[] { 0, 2 }, Greedy.TakeWithin(Blocks(10, 100, 20), [3, 2, 1], budget: 30, selection: 0).ToArray());

    [TestMethod]
    public void Whole_blocks_take_the_best_where_none_fits() =>
        CollectionAssert.AreEqual(new[] { 1 }, Greedy.TakeWithin(Blocks(10, 20), [1, 2], budget: 5, selection: 0).ToArray());

    [TestMethod]
    public void Some_block_is_always_taken_and_the_target_reached_where_it_can_be() =>
        Prop.ForAll(SizesAndScores, blocks => Samplings.All(sampling =>
        {
            var (list, scores) = Unzip(blocks);
            long target = list.Sum(block => block.Size) / 2;
            var taken = new BlockSelector(sampling, seed: 3).TakeUntil(list, scores, target, selection: 5);
            return taken.Count > 0 && taken.Distinct().Count() == taken.Count && taken.Sum(block => list[block].Size) >= target
                && taken.SkipLast(1).Sum(block => list[block].Size) < Math.Max(target, 1);
        })).QuickCheckThrowOnFailure();

    [TestMethod]
    public void Whole_blocks_never_exceed_a_budget_that_a_block_fits_into() =>
        Prop.ForAll(SizesAndScores, blocks => Samplings.All(sampling =>
        {
            var (list, scores) = Unzip(blocks);
            long budget = list.Min(block => block.Size) + 7;
            return new BlockSelector(sampling, seed: 3).TakeWithin(list, scores, budget, selection: 5).Sum(block => list[block].Size) <= budget;
        })).QuickCheckThrowOnFailure();

    [TestMethod]
    public void Order_of_blocks_does_not_matter() =>
        Prop.ForAll(SizesAndScores, blocks => Samplings.All(sampling =>
        {
            var (list, scores) = Unzip(blocks);
            var selector = new BlockSelector(sampling, seed: 3);
            var taken = selector.TakeUntil(list, scores, 60, selection: 5).Select(block => list[block].Name);
            Block[] reversed = [.. list.Reverse()];
            return taken.SequenceEqual(selector.TakeUntil(reversed, [.. scores.Reverse()], 60, selection: 5).Select(block => reversed[block].Name));
        })).QuickCheckThrowOnFailure();

    [TestMethod]
    public void Every_block_with_a_gradient_is_visited_in_the_end() =>
        Prop.ForAll(SizesAndScores, blocks =>
        {
            var (list, norms) = Unzip([.. blocks.Select(block => (block.Size, block.Score + 1))]);
            var visits = new VisitCounts(list.Length);
            for (int selection = 0; selection < 500; selection++)
            {
                double[] scores = [.. norms.Select((norm, block) => BlockScore.GradientNorm.Of(norm, list[block].Size, visits.Share(block)))];
                foreach (int block in Greedy.TakeUntil(list, scores, target: 1, selection))
                    visits.Visit(block);
            }

            return Enumerable.Range(0, list.Length).All(block => visits[block] > 0);
        }).QuickCheckThrowOnFailure();

    [TestMethod]
    public void Random_sampling_follows_the_scores()
    {
        var selector = new BlockSelector(BlockSampling.Random, seed: 11);
        int second = Enumerable.Range(0, 4000).Count(selection => selector.TakeUntil(Blocks(1, 1), [1, 3], target: 1, selection)[0] == 1);
        Assert.AreEqual(0.75, second / 4000.0, 0.03);
    }

    [TestMethod]
    public void Random_sampling_repeats_with_the_seed_and_differs_without()
    {
        CollectionAssert.AreEqual(Sample(seed: 1), Sample(seed: 1));
        CollectionAssert.AreNotEqual(Sample(seed: 1), Sample(seed: 2));

        static int[] Sample(int seed)
        {
            var selector = new BlockSelector(BlockSampling.Random, seed);
            return [.. Enumerable.Range(0, 50).Select(selection => selector.TakeUntil(Blocks(1, 1, 1), [1, 1, 1], target: 1, selection)[0])];
        }
    }

    private static BlockSelector Greedy { get; } = new(BlockSampling.Greedy, seed: 1);

    private static Block[] Blocks(params int[] sizes) => [.. sizes.Select((size, i) => new Block($"block{i:00}", [], size))];

    private static (Block[] Blocks, double[] Scores) Unzip((int Size, int Score)[] blocks) =>
        (Blocks([.. blocks.Select(block => block.Size)]), [.. blocks.Select(block => (double)block.Score)]);
}
