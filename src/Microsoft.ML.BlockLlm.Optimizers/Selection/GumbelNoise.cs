namespace Microsoft.ML.BlockLlm.Optimizers;

/// <summary>
/// Standard Gumbel noise. The largest of log(score) + noise are a sample without replacement in proportion to the scores (Kool, van Hoof and Welling, arXiv 1903.06059). It is a function
/// of what it is for: there is no generator to save.
/// </summary>
internal static class GumbelNoise
{
    /// <summary>The noise for a block in a selection.</summary>
    /// <param name="seed">The seed of the run.</param>
    /// <param name="name">The name of the block.</param>
    /// <param name="selection">Number of the selection.</param>
    public static double Of(int seed, string name, long selection)
    {
        ulong hash = SplitMix64.Mix((ulong)seed ^ SplitMix64.Mix((ulong)selection));
        foreach (char c in name)
            hash = SplitMix64.Mix(hash ^ c);
        double uniform = ((hash >> 11) + 0.5) / (1UL << 53);
        return -Math.Log(-Math.Log(uniform));
    }
}
