namespace Microsoft.ML.BlockLlm.Models;

/// <summary>Options of <see cref="BpeTrainer"/>.</summary>
public sealed record BpeTrainerOptions
{
    /// <summary>How many ids there are to be: the 256 bytes, what is learned, and special tokens. Default: 8192.</summary>
    public int VocabularySize { get; init; } = 8192;

    /// <summary>How often a pair must occur to be merged. Default: 2.</summary>
    public int MinFrequency { get; init; } = 2;

    /// <summary>Tokens that are found in text as they are written and are not learned from, of more than one character each; they get the last ids. Default: <c>&lt;|endoftext|&gt;</c>.</summary>
    public IReadOnlyList<string> SpecialTokens { get; init; } = ["<|endoftext|>"];

    /// <summary>Checks the options.</summary>
    /// <exception cref="ArgumentException">An option is out of range.</exception>
    internal void Validate()
    {
        if (SpecialTokens.Any(token => token is not { Length: > 1 }) || SpecialTokens.Distinct().Count() < SpecialTokens.Count)
            throw new ArgumentException($"SpecialTokens must differ and have more than one character, but are: '{string.Join("', '", SpecialTokens)}'.");
        if (VocabularySize < BpeVocabulary.ByteCount + SpecialTokens.Count)
            throw new ArgumentException($"VocabularySize is {VocabularySize}; the bytes and {SpecialTokens.Count} special tokens alone need {BpeVocabulary.ByteCount + SpecialTokens.Count}.");
        if (MinFrequency < 1)
            throw new ArgumentException($"MinFrequency is {MinFrequency}; it must be at least 1.");
    }
}
