namespace Microsoft.ML.BlockLlm.Optimizers;

/// <summary>
/// Weighs how deep a selection reaches. The cost of an update is set by the shallowest block, down to which the backward pass
/// runs; so for each depth d the best selection is made among the blocks that cost no more, and the depth is kept whose
/// selection S(d) has the largest Σ_{b ∈ S(d)} score_b / max_{b ∈ S(d)} cost_b.
/// </summary>
internal static class DepthCut
{
    /// <param name="order">Positions of the blocks in the order in which they are to be taken.</param>
    /// <param name="blocks">The blocks.</param>
    /// <param name="scores">Their scores, not negative.</param>
    /// <param name="suffices">Whether a depth's blocks are enough to select from.</param>
    /// <param name="take">Makes the selection from blocks in order.</param>
    public static IReadOnlyList<int> Best(
        IReadOnlyList<int> order,
        IReadOnlyList<Block> blocks,
        IReadOnlyList<double> scores,
        Func<IReadOnlyList<int>, bool> suffices,
        Func<IReadOnlyList<int>, IReadOnlyList<int>> take)
    {
        IReadOnlyList<int> best = [];
        double bestRate = double.NegativeInfinity;
        foreach (double depth in blocks.Select(block => block.Cost).Distinct().Order())
        {
            int[] within = [.. order.Where(block => blocks[block].Cost <= depth)];
            if (within.Length < order.Count && !suffices(within))
                continue;
            var taken = take(within);
            double rate = taken.Sum(block => scores[block]) / taken.Max(block => blocks[block].Cost);
            if (rate > bestRate)
                (best, bestRate) = (taken, rate);
        }

        return best;
    }
}
