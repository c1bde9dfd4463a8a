namespace Microsoft.ML.BlockLlm.Optimizers;

/// <summary>Divides a budget among blocks and their parameters in proportion to their sizes.</summary>
internal static class BudgetShares
{
    /// <summary>The share of each parameter. Together they are the budget, or all that the limit leaves where that is less.</summary>
    /// <param name="blocks">The blocks.</param>
    /// <param name="sizeOf">Size of a parameter, given by its name.</param>
    /// <param name="budget">Number of weights to divide.</param>
    /// <param name="limit">Number of weights that one block may have at most.</param>
    public static IReadOnlyDictionary<string, long> Of(IEnumerable<Block> blocks, Func<string, long> sizeOf, long budget, long limit)
    {
        var shares = new Dictionary<string, long>();
        foreach (var (block, share) in Divide([.. blocks], block => block.Size, block => block.Name, budget, limit))
        foreach (var (parameter, part) in Divide(block.Parameters, sizeOf, name => name, share, long.MaxValue))
            shares.Add(parameter, part);
        return shares;
    }

    /// <summary>From the largest down, so that what a limit withholds from one goes to those after it.</summary>
    private static IEnumerable<(T Item, long Share)> Divide<T>(IReadOnlyList<T> items, Func<T, long> sizeOf, Func<T, string> nameOf, long budget, long limit)
    {
        long rest = items.Sum(sizeOf);
        foreach (var item in items.OrderByDescending(sizeOf).ThenBy(nameOf, StringComparer.Ordinal))
        {
            long size = sizeOf(item);
            // Where nothing is left there is nothing to divide: parameters without weights come last.
            long share = rest == 0 ? 0 : Math.Min(Math.Min(size, limit), (long)(((Int128)budget * size + rest - 1) / rest));
            yield return (item, share);
            budget -= share;
            rest -= size;
        }
    }
}
