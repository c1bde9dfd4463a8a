namespace Microsoft.ML.BlockLlm.Optimizers;

/// <summary>Random numbers that are a function of what they are for, so that there is no generator to save.</summary>
internal static class SplitMix64
{
    private const ulong Gamma = 0x9E3779B97F4A7C15;

    /// <summary>The finalizer of SplitMix64 (Steele, Lea and Flood, 2014).</summary>
    public static ulong Mix(ulong value)
    {
        value += Gamma;
        value = (value ^ (value >> 30)) * 0xBF58476D1CE4E5B9;
        value = (value ^ (value >> 27)) * 0x94D049BB133111EB;
        return value ^ (value >> 31);
    }

    /// <summary>A key for what is drawn for one parameter: letter by letter of its name, k ← Mix(k ⊕ letter) from k = Mix(seed), then Mix(k ⊕ round).</summary>
    /// <param name="seed">The seed of the run.</param>
    /// <param name="name">The parameter's name.</param>
    /// <param name="round">How often something was drawn for it before.</param>
    public static ulong Key(int seed, string name, long round) =>
        Mix(name.Aggregate(Mix((ulong)seed), (key, letter) => Mix(key ^ letter)) ^ (ulong)round);

    /// <summary>Number <paramref name="index"/> of the sequence that a key starts.</summary>
    public static ulong At(ulong key, long index) => Mix(key + ((ulong)index * Gamma));
}
