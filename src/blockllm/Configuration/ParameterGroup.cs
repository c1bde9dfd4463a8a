using System.Globalization;
using Microsoft.ML.BlockLlm.Optimizers;

namespace Microsoft.ML.BlockLlm.Tool;

/// <summary>A group of parameters with rates of its own, as it is written in settings: <c>*.bias learning-rate=1e-4 weight-decay=0</c>.</summary>
internal static class ParameterGroup
{
    /// <summary>Reads a group.</summary>
    /// <exception cref="UsageException">The text is no such group.</exception>
    public static ParameterGroupOptions Parse(string text)
    {
        var words = text.Split(' ', StringSplitOptions.RemoveEmptyEntries);
        return words.Length >= 2
            ? words.Skip(1).Aggregate(new ParameterGroupOptions(words[0]), (group, word) => With(group, word, text))
            : throw Wrong(text);
    }

    private static ParameterGroupOptions With(ParameterGroupOptions group, string word, string text)
    {
        var parts = word.Split('=');
        if (parts.Length != 2 || !double.TryParse(parts[1], NumberStyles.Float, CultureInfo.InvariantCulture, out var value))
            throw Wrong(text);
        return parts[0] switch
        {
            "learning-rate" => group with { LearningRate = value },
            "weight-decay" => group with { WeightDecay = value },
            _ => throw Wrong(text),
        };
    }

    private static UsageException Wrong(string text) =>
        new($"groups: '{text}' must be a pattern of names, and then learning-rate=NUMBER, weight-decay=NUMBER or both, as in '*.bias weight-decay=0'.");
}
