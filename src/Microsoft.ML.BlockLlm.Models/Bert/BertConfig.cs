using System.Text.Json.Serialization;

namespace Microsoft.ML.BlockLlm.Models;

/// <summary>The shape of a BERT (Devlin and others, 2018, arXiv 1810.04805), MiniLM and other models of its form included. Defaults: BERT base.</summary>
public record BertConfig : ModelConfig
{
    /// <summary>The <c>model_type</c> of this family.</summary>
    public const string ModelTypeName = "bert";

    /// <inheritdoc/>
    [JsonIgnore]
    public override string ModelType => ModelTypeName;

    /// <summary>Width of the feed-forward blocks. Default: 3072.</summary>
    [JsonPropertyName("intermediate_size")]
    public int IntermediateSize { get; init; } = 3072;

    /// <summary>Attention heads of every layer. Default: 12.</summary>
    [JsonPropertyName("num_attention_heads")]
    public int HeadCount { get; init; } = 12;

    /// <summary>How many segments a row can have, told apart by their token type ids. Default: 2.</summary>
    [JsonPropertyName("type_vocab_size")]
    public int TokenTypeCount { get; init; } = 2;

    /// <summary>Activation of the feed-forward blocks: <c>gelu</c>, its approximation <c>gelu_new</c> or <c>gelu_pytorch_tanh</c>, or <c>relu</c>. Default: <c>gelu</c>, the exact one.</summary>
    [JsonPropertyName("hidden_act")]
    public string HiddenActivation { get; init; } = Activation.Gelu;

    /// <summary>Share of every layer's output that training drops, from 0 up to but not 1. Default: 0.1.</summary>
    [JsonPropertyName("hidden_dropout_prob")]
    public double HiddenDropout { get; init; } = 0.1;

    /// <summary>Share of the attention weights that training drops, from 0 up to but not 1. Default: 0.1.</summary>
    [JsonPropertyName("attention_probs_dropout_prob")]
    public double AttentionDropout { get; init; } = 0.1;

    /// <summary>Added to the variance in layer normalisation. Default: 1e-12.</summary>
    [JsonPropertyName("layer_norm_eps")]
    public double LayerNormEpsilon { get; init; } = 1e-12;

    /// <summary>How many rows the position embedding has.</summary>
    internal virtual int PositionCount => MaxTokens;

    /// <inheritdoc/>
    internal override void Validate(string source)
    {
        base.Validate(source);
        RequireBetween(source, "intermediate_size", IntermediateSize, 1, MaxSize);
        RequireBetween(source, "num_attention_heads", HeadCount, 1, MaxSize);
        RequireBetween(source, "type_vocab_size", TokenTypeCount, 1, MaxSize);
        RequireMultiple(source, "hidden_size", HiddenSize, "num_attention_heads", HeadCount);
        RequireOneOf(source, "hidden_act", HiddenActivation, Activation.Names);
        RequireShare(source, "hidden_dropout_prob", HiddenDropout);
        RequireShare(source, "attention_probs_dropout_prob", AttentionDropout);
        RequireEpsilon(source, "layer_norm_eps", LayerNormEpsilon);
    }
}
