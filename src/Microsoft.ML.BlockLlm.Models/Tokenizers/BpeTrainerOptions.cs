namespace Microsoft.ML.BlockLlm.Models;

/// <summary>Options of <see cref="BpeTrainer"/>.</summary>
public sealed record BpeTrainerOptions
{
    /// <summary>How many ids there are to be: the 256 bytes, what is learned, and special tokens. Default: 8192.</summary>
    public int VocabularySize { get; init; } = 8192;

    /// <summary>How often a pair must occur to be merged. Default: 2.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The value is less than 1.</exception>
    public int MinFrequency
    {
        get;
        init => field = value >= 1 ? value : throw new ArgumentOutOfRangeException(nameof(MinFrequency), value, "MinFrequency must be at least 1.");
    } = 2;

    /// <summary>Tokens that are found in text as they are written and are not learned from, of more than one character each; they get the last ids. Default: <c>&lt;|endoftext|&gt;</c>.</summary>
    /// <exception cref="ArgumentException">The value is null, a token has fewer than two characters, or two are the same.</exception>
    public IReadOnlyList<string> SpecialTokens
    {
        get;
        init => field = value is not null && value.All(token => token is { Length: > 1 }) && value.Distinct().Count() == value.Count
            ? [.. value]
            : throw new ArgumentException($"SpecialTokens must differ and have more than one character, but are: '{string.Join("', '", value ?? [])}'.", nameof(SpecialTokens));
    } = ["<|endoftext|>"];

    /// <summary>Checks what depends on several options.</summary>
    /// <exception cref="ArgumentOutOfRangeException">There is no room for the bytes and the special tokens.</exception>
    internal void Validate()
    {
        var least = BpeVocabulary.ByteCount + SpecialTokens.Count;
        if (VocabularySize < least)
            throw new ArgumentOutOfRangeException(nameof(VocabularySize), VocabularySize, $"VocabularySize must be at least {least}, for the bytes and {SpecialTokens.Count} special tokens.");
    }
}
