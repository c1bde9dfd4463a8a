using System.Text.Json.Serialization;

namespace Microsoft.ML.BlockLlm.Models;

/// <summary>The shape of a language model: what all families of decoders have in common.</summary>
public abstract record DecoderConfig : ModelConfig
{
    private protected DecoderConfig()
    {
    }

    /// <summary>Whether the head's weight is that of the token embedding. Default: false for LLaMA, true for GPT-2.</summary>
    [JsonPropertyName("tie_word_embeddings")]
    public bool TieWordEmbeddings { get; init; }

    /// <summary>The id that begins a text. Default: null, none.</summary>
    [JsonPropertyName("bos_token_id")]
    public int? BeginOfTextId { get; init; }

    /// <summary>The ids that end a text. Default: none.</summary>
    [JsonPropertyName("eos_token_id"), JsonConverter(typeof(OneOrMoreIds))]
    public IReadOnlyList<int> EndOfTextIds { get; init; } = [];

    /// <summary>How many tokens a text may grow to when the model goes on with it.</summary>
    internal virtual int LongestText => MaxTokens;

    /// <inheritdoc/>
    internal override void Validate(string source)
    {
        base.Validate(source);
        if (BeginOfTextId is { } begin)
            RequireBetween(source, "bos_token_id", begin, 0, VocabularySize - 1);
        foreach (var end in EndOfTextIds)
            RequireBetween(source, "eos_token_id", end, 0, VocabularySize - 1);
    }
}
