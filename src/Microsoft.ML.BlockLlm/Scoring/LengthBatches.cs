namespace Microsoft.ML.BlockLlm.Scoring;

/// <summary>Puts texts of like length together, so that little of a batch is padding.</summary>
internal static class LengthBatches
{
    /// <summary>Most tokens of a batch, padding included; a longer text is a batch by itself. Fewer would make products of matrices too small to be fast, more would mix lengths and pad more.</summary>
    public const int TokensAtOnce = 1024;

    /// <summary>Cuts texts, from the shortest to the longest, into batches.</summary>
    /// <param name="lengths">Tokens of each text.</param>
    /// <returns>The texts of each batch, by their places in <paramref name="lengths"/>.</returns>
    public static IEnumerable<int[]> Of(IReadOnlyList<int> lengths)
    {
        int[] order = [.. Enumerable.Range(0, lengths.Count).OrderBy(place => lengths[place])];
        var start = 0;
        for (var end = 1; end <= order.Length; end++)
        {
            if (end == order.Length || (end + 1 - start) * lengths[order[end]] > TokensAtOnce)
            {
                yield return order[start..end];
                start = end;
            }
        }
    }
}
