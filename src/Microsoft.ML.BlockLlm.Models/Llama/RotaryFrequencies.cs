namespace Microsoft.ML.BlockLlm.Models;

/// <summary>
/// The angles by which rotary positions turn from one token to the next: θ^(−2i/d) for pair i of a head's d numbers
/// (Su and others, 2021, arXiv 2104.09864, equation 15), stretched as <see cref="RopeScaling"/> says.
/// </summary>
internal static class RotaryFrequencies
{
    private const double DefaultBetaFast = 32;
    private const double DefaultBetaSlow = 1;

    /// <summary>The angles for a text of some length, half a head's width of them.</summary>
    public static float[] For(LlamaConfig config, long tokens)
    {
        var frequencies = Plain(config.RopeTheta, config.HeadWidth);
        var scaling = config.RopeScaling;
        return [.. (scaling?.Method switch
        {
            null or RopeScaling.Default => frequencies,
            RopeScaling.Linear => frequencies.Select(frequency => frequency / scaling.Factor),
            RopeScaling.Dynamic => Dynamic(config, scaling, tokens),
            RopeScaling.Yarn => Yarn(config, scaling, frequencies),
            RopeScaling.Llama3 => frequencies.Select(frequency => Llama3(scaling, frequency)),
            var method => throw new InvalidOperationException($"Scaling '{method}' was not checked."),
        }).Select(frequency => (float)frequency)];
    }

    /// <summary>What the sines and cosines are multiplied with.</summary>
    public static double AttentionFactor(RopeScaling? scaling) =>
        scaling?.Method == RopeScaling.Yarn ? scaling.AttentionFactor ?? 1 + 0.1 * Math.Log(scaling.Factor) : 1;

    private static double[] Plain(double theta, int headWidth) =>
        [.. Enumerable.Range(0, headWidth / 2).Select(pair => Math.Pow(theta, -2.0 * pair / headWidth))];

    // "NTK-aware" scaling by the length at hand: a greater base, so that the fastest pair turns as before and the slowest is stretched fully.
    // As in transformers, the length that the model was trained on is always max_position_embeddings.
    private static double[] Dynamic(LlamaConfig config, RopeScaling scaling, long tokens)
    {
        var stretch = scaling.Factor * Math.Max(tokens, config.MaxTokens) / config.MaxTokens - (scaling.Factor - 1);
        var width = config.HeadWidth;
        return Plain(config.RopeTheta * Math.Pow(stretch, width / Math.Max(width - 2.0, 1)), width);
    }

    // Grattafiori and others, 2024, arXiv 2407.21783; the formula is in Meta's reference code.
    private static double Llama3(RopeScaling scaling, double frequency)
    {
        var turns = scaling.OriginalMaxTokens!.Value * frequency / (2 * Math.PI);
        var (low, high) = (scaling.LowFrequencyFactor!.Value, scaling.HighFrequencyFactor!.Value);
        var kept = Math.Clamp((turns - low) / (high - low), 0, 1);
        return Blend(frequency, scaling.Factor, kept);
    }

    // Peng and others, 2023, arXiv 2309.00071, section 3.2, with the ramp over pairs instead of turns as in the authors' code.
    private static IEnumerable<double> Yarn(LlamaConfig config, RopeScaling scaling, double[] frequencies)
    {
        var original = scaling.OriginalMaxTokens ?? config.MaxTokens;
        double PairWith(double turns) =>
            config.HeadWidth * Math.Log(original / (turns * 2 * Math.PI)) / (2 * Math.Log(config.RopeTheta));
        var first = Math.Max(Math.Floor(PairWith(scaling.BetaFast ?? DefaultBetaFast)), 0);
        var last = Math.Min(Math.Ceiling(PairWith(scaling.BetaSlow ?? DefaultBetaSlow)), config.HeadWidth - 1);
        var width = last == first ? 0.001 : last - first;
        return frequencies.Select((frequency, pair) => Blend(frequency, scaling.Factor, 1 - Math.Clamp((pair - first) / width, 0, 1)));
    }

    private static double Blend(double frequency, double factor, double kept) => frequency * kept + frequency / factor * (1 - kept);
}
