using System.Text.Json.Serialization;

namespace Microsoft.ML.BlockLlm.Models;

/// <summary>The shape of a model, as its <c>config.json</c> describes it. Every family has its own.</summary>
public abstract record ModelConfig
{
    private protected const int MaxSize = 1 << 24;
    private const int MaxLayers = 1 << 10;

    private protected ModelConfig()
    {
    }

    /// <summary>The family's name in <c>config.json</c>, under <c>model_type</c>.</summary>
    [JsonIgnore]
    public abstract string ModelType { get; }

    /// <summary>How many token ids there are.</summary>
    [JsonPropertyName("vocab_size"), JsonRequired]
    public int VocabularySize { get; init; }

    /// <summary>Width of the vectors that a layer gives out.</summary>
    [JsonPropertyName("hidden_size"), JsonRequired]
    public int HiddenSize { get; init; }

    /// <summary>How many transformer layers there are.</summary>
    [JsonPropertyName("num_hidden_layers"), JsonRequired]
    public int LayerCount { get; init; }

    /// <summary>How many tokens of a text the model can take.</summary>
    [JsonPropertyName("max_position_embeddings"), JsonRequired]
    public int MaxTokens { get; init; }

    /// <summary>The id that fills up shorter texts of a batch. Default: 0.</summary>
    [JsonPropertyName("pad_token_id")]
    public int PaddingId { get; init; }

    /// <summary>Standard deviation of new weights. Default: 0.02.</summary>
    [JsonPropertyName("initializer_range")]
    public double InitializerRange { get; init; } = 0.02;

    /// <summary>Refuses sizes that no model has, so that a broken or hostile file cannot ask for absurd amounts of work.</summary>
    internal virtual void Validate(string source)
    {
        RequireBetween(source, "vocab_size", VocabularySize, 1, MaxSize);
        RequireBetween(source, "hidden_size", HiddenSize, 1, MaxSize);
        RequireBetween(source, "num_hidden_layers", LayerCount, 1, MaxLayers);
        RequireBetween(source, "max_position_embeddings", MaxTokens, 1, MaxSize);
        RequireBetween(source, "pad_token_id", PaddingId, 0, VocabularySize - 1);
        if (InitializerRange is not (> 0 and < 1))
            throw new ModelLoadException($"{source}: {FieldName("initializer_range")} is {InitializerRange}; it must lie between 0 and 1.");
    }

    /// <summary>Refuses a batch whose texts are longer than the model can take.</summary>
    internal void RequireTaken(TokenBatch batch)
    {
        if (batch.Length > MaxTokens)
            throw new ArgumentException($"The batch is {batch.Length} tokens long; the model takes {MaxTokens} at most. Cut the texts.", nameof(batch));
    }

    /// <summary>What this family calls a field in <c>config.json</c>. Default: what most families call it.</summary>
    private protected virtual string FieldName(string name) => name;

    private protected void RequireBetween(string source, string name, int value, int minimum, int maximum)
    {
        if (value < minimum || value > maximum)
            throw new ModelLoadException($"{source}: {FieldName(name)} is {value}; it must lie between {minimum} and {maximum}.");
    }

    private protected void RequireShare(string source, string name, double value)
    {
        if (value is not (>= 0 and < 1))
            throw new ModelLoadException($"{source}: {FieldName(name)} is {value}; it must be from 0 up to, but not, 1.");
    }

    private protected void RequireMultiple(string source, string name, int value, string partsName, int parts)
    {
        if (value % parts != 0)
            throw new ModelLoadException($"{source}: {FieldName(name)} {value} must be a multiple of {FieldName(partsName)} {parts}.");
    }

    private protected void RequireEpsilon(string source, string name, double value)
    {
        if (value is not (> 0 and < 1))
            throw new ModelLoadException($"{source}: {FieldName(name)} is {value}; it must lie between 0 and 1.");
    }

    private protected void RequireOneOf(string source, string name, string value, params string[] supported)
    {
        if (!supported.Contains(value))
            throw new ModelLoadException($"{source}: {FieldName(name)} '{value}' is not supported. Supported are: {string.Join(", ", supported)}.");
    }
}
