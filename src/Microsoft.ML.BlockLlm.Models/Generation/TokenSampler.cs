namespace Microsoft.ML.BlockLlm.Models;

/// <summary>Picks the next token from logits.</summary>
internal sealed class TokenSampler(GenerationOptions options)
{
    private readonly Random _random = options.Seed is { } seed ? new Random(seed) : new Random();

    /// <summary>The next token.</summary>
    /// <param name="logits">Logit of each token; changed.</param>
    /// <param name="text">The tokens so far.</param>
    public int Next(float[] logits, IEnumerable<int> text)
    {
        if (options.RepetitionPenalty != 1)
            Penalize(logits, text.Distinct());
        return options.Temperature == 0 ? Array.IndexOf(logits, logits.Max()) : Draw(logits);
    }

    private void Penalize(float[] logits, IEnumerable<int> repeated)
    {
        var penalty = (float)options.RepetitionPenalty;
        foreach (var id in repeated)
            logits[id] = logits[id] > 0 ? logits[id] / penalty : logits[id] * penalty;
    }

    private int Draw(float[] logits)
    {
        var candidates = Enumerable.Range(0, logits.Length).ToArray();
        Array.Sort(candidates, (first, second) => logits[second] != logits[first] ? logits[second].CompareTo(logits[first]) : first.CompareTo(second));
        var count = Math.Min(options.TopK ?? logits.Length, logits.Length);
        var largest = logits[candidates[0]];
        var weights = new double[count];
        for (var i = 0; i < count; i++)
            weights[i] = Math.Exp((logits[candidates[i]] - largest) / options.Temperature);

        var kept = KeepTopP(weights);
        var point = _random.NextDouble() * kept.Sum;
        for (var i = 0; i < kept.Count; i++)
        {
            point -= weights[i];
            if (point < 0)
                return candidates[i];
        }
        return candidates[kept.Count - 1];
    }

    /// <summary>How many of the weights, from the largest on, add up to the share that is kept, and what they add up to.</summary>
    private (int Count, double Sum) KeepTopP(double[] weights)
    {
        var enough = options.TopP * weights.Sum();
        var sum = 0.0;
        for (var count = 0; count < weights.Length; count++)
        {
            sum += weights[count];
            if (sum >= enough)
                return (count + 1, sum);
        }
        return (weights.Length, sum);
    }
}
