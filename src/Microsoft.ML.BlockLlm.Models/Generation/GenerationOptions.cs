namespace Microsoft.ML.BlockLlm.Models;

/// <summary>How a language model goes on with a text. Default: the likeliest token each time, up to 256 of them.</summary>
public sealed record GenerationOptions
{
    /// <summary>How many tokens to make at most. Default: 256. A text ends sooner at <see cref="ModelConfig.MaxTokens"/>, at an id that ends it, or at a stop string.</summary>
    public int MaxNewTokens
    {
        get;
        init => field = value >= 0 ? value : throw OutOfRange(nameof(MaxNewTokens), value, "at least 0");
    } = 256;

    /// <summary>What logits are divided by before tokens are drawn: below 1 likely tokens become likelier. 0 always takes the likeliest. Default: 0.</summary>
    public double Temperature
    {
        get;
        init => field = value is >= 0 and < double.PositiveInfinity ? value : throw OutOfRange(nameof(Temperature), value, "0 or more");
    }

    /// <summary>Draws only from this many likeliest tokens (Fan and others, 2018, arXiv 1805.04833). Default: null, from all.</summary>
    public int? TopK
    {
        get;
        init => field = value is null or >= 1 ? value : throw OutOfRange(nameof(TopK), value, "at least 1");
    }

    /// <summary>Draws only from the fewest tokens whose probabilities add up to this (Holtzman and others, 2019, arXiv 1904.09751). Default: 1, from all.</summary>
    public double TopP
    {
        get;
        init => field = value is > 0 and <= 1 ? value : throw OutOfRange(nameof(TopP), value, "greater than 0 and at most 1");
    } = 1;

    /// <summary>
    /// Makes tokens that the text already has less likely: their logits are divided by this if positive, and multiplied with it if negative
    /// (Keskar and others, 2019, arXiv 1909.05858, section 4.1). Default: 1, no change.
    /// </summary>
    public double RepetitionPenalty
    {
        get;
        init => field = value is > 0 and < double.PositiveInfinity ? value : throw OutOfRange(nameof(RepetitionPenalty), value, "greater than 0");
    } = 1;

    /// <summary>Texts at which to stop; neither they nor what follows is given. Default: none.</summary>
    public IReadOnlyList<string> StopStrings
    {
        get;
        init => field = value is not null && value.All(text => !string.IsNullOrEmpty(text))
            ? [.. value]
            : throw new ArgumentException("StopStrings must not hold an empty text, at which every text would stop.", nameof(StopStrings));
    } = [];

    /// <summary>Ids at which to stop; they are not given. Default: null, <see cref="CausalLanguageModel.EndOfTextIds"/>.</summary>
    public IReadOnlyList<int>? StopIds { get; init; }

    /// <summary>Decides which tokens are drawn. Default: null, other ones each time.</summary>
    public int? Seed { get; init; }

    /// <summary>Whether keys and values of earlier tokens are kept rather than computed again for each new token. The text is the same but for rounding, also where <c>dynamic</c> rotary positions (<see cref="RopeScaling"/>) change as it grows: kept keys are turned anew then. Default: true.</summary>
    public bool UseCache { get; init; } = true;

    private static ArgumentOutOfRangeException OutOfRange(string name, object? value, string range) => new(name, value, $"{name} must be {range}.");
}
