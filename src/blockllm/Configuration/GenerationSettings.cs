using System.ComponentModel;
using System.Globalization;
using Microsoft.ML.BlockLlm.Models;

namespace Microsoft.ML.BlockLlm.Tool;

/// <summary>The settings of <c>lm generate</c>.</summary>
internal sealed record GenerationSettings
{
    [Description("How many tokens to make at most.")]
    public int MaxNewTokens { get; init; } = 256;

    [Description("What logits are divided by before tokens are drawn; 0 always takes the likeliest.")]
    public double Temperature { get; init; }

    [Description("Draw only from this many likeliest tokens.")]
    public int? TopK { get; init; }

    [Description("Draw only from the fewest tokens whose probabilities add up to this.")]
    public double TopP { get; init; } = 1;

    [Description("Above 1, makes tokens that the text already has less likely.")]
    public double RepetitionPenalty { get; init; } = 1;

    [Description("Texts at which to stop.")]
    public IReadOnlyList<string> StopStrings { get; init; } = [];

    [Description("Ids of tokens at which to stop; without them, those that end a text for the model.")]
    public IReadOnlyList<string> StopIds { get; init; } = [];

    [Description("Whether keys and values of earlier tokens are kept, which is faster and takes memory.")]
    public bool UseCache { get; init; } = true;

    [Description("Decides which tokens are drawn; without it, other ones each time.")]
    public int? Seed { get; init; }

    /// <summary>The options of the generator.</summary>
    /// <exception cref="UsageException">A value is out of range.</exception>
    public GenerationOptions ToOptions() => OptionErrors.Checked(() => new GenerationOptions
    {
        MaxNewTokens = MaxNewTokens,
        Temperature = Temperature,
        TopK = TopK,
        TopP = TopP,
        RepetitionPenalty = RepetitionPenalty,
        StopStrings = StopStrings,
        StopIds = StopIds.Count == 0 ? null : [.. StopIds.Select(TokenId)],
        UseCache = UseCache,
        Seed = Seed,
    });

    private static int TokenId(string text) => int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var id)
        ? id
        : throw new UsageException($"stop-ids: '{text}' must be the id of a token, a whole number from 0.");
}
