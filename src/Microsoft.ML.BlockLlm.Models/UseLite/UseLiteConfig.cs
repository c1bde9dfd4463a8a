using System.Text.Json.Serialization;

namespace Microsoft.ML.BlockLlm.Models;

/// <summary>The shape of a Universal Sentence Encoder lite, as in the <c>config.json</c> of a folder with model type <c>use-lite</c>.</summary>
public sealed record UseLiteConfig : ModelConfig
{
    /// <summary>The <c>model_type</c> of this family.</summary>
    public const string ModelTypeName = "use-lite";

    /// <inheritdoc/>
    [JsonIgnore]
    public override string ModelType => ModelTypeName;

    /// <summary>Width of the token embeddings and of the first layer's input. Default: 256.</summary>
    [JsonPropertyName("embedding_size")]
    public int EmbeddingSize { get; init; } = 256;

    /// <summary>Width of the feed-forward blocks. Default: 1536.</summary>
    [JsonPropertyName("intermediate_size")]
    public int IntermediateSize { get; init; } = 1536;

    /// <summary>Attention heads of every layer. Default: 4.</summary>
    [JsonPropertyName("num_attention_heads")]
    public int HeadCount { get; init; } = 4;

    /// <summary>Factor that token embeddings are multiplied by. Default: 2.</summary>
    [JsonPropertyName("embedding_scale")]
    public double EmbeddingScale { get; init; } = 2;

    /// <summary>Added to the variance in layer normalisation. Default: 1e-6.</summary>
    [JsonPropertyName("layer_norm_eps")]
    public double LayerNormEpsilon { get; init; } = 1e-6;

    /// <inheritdoc/>
    internal override void Validate(string source)
    {
        base.Validate(source);
        RequireBetween(source, "embedding_size", EmbeddingSize, 1, MaxSize);
        RequireBetween(source, "intermediate_size", IntermediateSize, 1, MaxSize);
        RequireBetween(source, "num_attention_heads", HeadCount, 1, MaxSize);
        if (EmbeddingSize % HeadCount != 0 || HiddenSize % HeadCount != 0)
            throw new ModelLoadException($"{source}: embedding_size {EmbeddingSize} and hidden_size {HiddenSize} must be multiples of num_attention_heads {HeadCount}.");
        if (EmbeddingSize % 2 != 0)
            throw new ModelLoadException($"{source}: embedding_size {EmbeddingSize} must be even, half of it sines and half cosines of the position.");
        RequireEpsilon(source, "layer_norm_eps", LayerNormEpsilon);
    }
}
