namespace Microsoft.ML.BlockLlm.Optimizers;

/// <summary>Takes blocks by their scores.</summary>
internal sealed class BlockSelector(BlockSampling sampling, int seed)
{
    /// <summary>Takes blocks in order until their sizes reach a target: at least one, and all where there are too few.</summary>
    /// <param name="blocks">The blocks.</param>
    /// <param name="scores">Their scores, not negative.</param>
    /// <param name="target">Number of weights to reach.</param>
    /// <param name="selection">Number of this selection; random sampling differs from one to the next.</param>
    /// <param name="countsAtMost">Number of weights that one block counts towards the target at most.</param>
    /// <returns>Positions of the blocks taken.</returns>
    public IReadOnlyList<int> TakeUntil(
        IReadOnlyList<Block> blocks, IReadOnlyList<double> scores, long target, long selection, long countsAtMost = long.MaxValue)
    {
        return DepthCut.Best(InOrder(blocks, scores, selection), blocks, scores, some => some.Sum(Counts) >= target, Take);

        long Counts(int block) => Math.Min(blocks[block].Size, countsAtMost);

        IReadOnlyList<int> Take(IReadOnlyList<int> order)
        {
            var taken = new List<int>();
            long reached = 0;
            foreach (int block in order)
            {
                taken.Add(block);
                reached += Counts(block);
                if (reached >= target)
                    break;
            }

            return taken;
        }
    }

    /// <summary>Takes, in order, the blocks that fit into a budget; where none fits, the first alone.</summary>
    /// <param name="blocks">The blocks.</param>
    /// <param name="scores">Their scores, not negative.</param>
    /// <param name="budget">Number of weights not to exceed.</param>
    /// <param name="selection">Number of this selection; random sampling differs from one to the next.</param>
    /// <param name="largest">Number of weights of the largest block that may be taken.</param>
    /// <returns>Positions of the blocks taken.</returns>
    public IReadOnlyList<int> TakeWithin(
        IReadOnlyList<Block> blocks, IReadOnlyList<double> scores, long budget, long selection, long largest = long.MaxValue)
    {
        int[] all = InOrder(blocks, scores, selection), fitting = [.. all.Where(block => blocks[block].Size <= Math.Min(budget, largest))];
        // A block that fits goes before one that does not also where it lies deeper.
        return fitting.Length > 0
            ? DepthCut.Best(fitting, blocks, scores, Suffice, order => Fill(order, blocks, budget))
            : DepthCut.Best(all, blocks, scores, Suffice, order => [order[0]]);

        bool Suffice(IReadOnlyList<int> some) => some.Sum(block => blocks[block].Size) >= budget;
    }

    /// <summary>Takes, in order, the blocks that still fit into a budget.</summary>
    /// <param name="order">Positions of the blocks in the order in which they are to be taken.</param>
    /// <param name="blocks">The blocks.</param>
    /// <param name="budget">Number of weights not to exceed.</param>
    /// <returns>Positions of the blocks taken.</returns>
    public static IReadOnlyList<int> Fill(IEnumerable<int> order, IReadOnlyList<Block> blocks, long budget)
    {
        var taken = new List<int>();
        foreach (int block in order)
        {
            if (blocks[block].Size > budget)
                continue;
            taken.Add(block);
            budget -= blocks[block].Size;
        }

        return taken;
    }

    /// <summary>Equal scores are ordered by name, so that the result does not depend on the order of the blocks.</summary>
    private int[] InOrder(IReadOnlyList<Block> blocks, IReadOnlyList<double> scores, long selection) =>
    [
        .. Enumerable.Range(0, blocks.Count)
            .OrderByDescending(i => sampling == BlockSampling.Random ? Math.Log(scores[i]) + GumbelNoise.Of(seed, blocks[i].Name, selection) : scores[i])
            .ThenBy(i => blocks[i].Name, StringComparer.Ordinal),
    ];
}
