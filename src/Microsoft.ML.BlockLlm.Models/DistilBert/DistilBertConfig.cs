using System.Collections.Frozen;
using System.Text.Json.Serialization;

namespace Microsoft.ML.BlockLlm.Models;

/// <summary>The shape of a DistilBERT (Sanh and others, 2019, arXiv 1910.01108). Defaults: DistilBERT base.</summary>
public sealed record DistilBertConfig : ModelConfig
{
    /// <summary>The <c>model_type</c> of this family.</summary>
    public const string ModelTypeName = "distilbert";

    /// <summary>Added to the variance in layer normalisation; no field of config.json.</summary>
    internal const double LayerNormEpsilon = 1e-12;

    /// <summary>The family's own names in <c>config.json</c> for what other families call otherwise.</summary>
    internal static FrozenDictionary<string, string> FieldNames { get; } = new Dictionary<string, string>
    {
        ["hidden_size"] = "dim",
        ["num_hidden_layers"] = "n_layers",
    }.ToFrozenDictionary();

    /// <inheritdoc/>
    [JsonIgnore]
    public override string ModelType => ModelTypeName;

    /// <summary>Width of the feed-forward blocks. Default: 3072.</summary>
    [JsonPropertyName("hidden_dim")]
    public int IntermediateSize { get; init; } = 3072;

    /// <summary>Attention heads of every layer. Default: 12.</summary>
    [JsonPropertyName("n_heads")]
    public int HeadCount { get; init; } = 12;

    /// <summary>Activation of the feed-forward blocks: <c>gelu</c>, its approximation <c>gelu_new</c> or <c>gelu_pytorch_tanh</c>, or <c>relu</c>. Default: <c>gelu</c>, the exact one.</summary>
    [JsonPropertyName("activation")]
    public string HiddenActivation { get; init; } = Activation.Gelu;

    /// <summary>Share of every layer's output that training drops, from 0 up to but not 1. Default: 0.1.</summary>
    [JsonPropertyName("dropout")]
    public double HiddenDropout { get; init; } = 0.1;

    /// <summary>Share of the attention weights that training drops, from 0 up to but not 1. Default: 0.1.</summary>
    [JsonPropertyName("attention_dropout")]
    public double AttentionDropout { get; init; } = 0.1;

    private protected override string FieldName(string name) => FieldNames.GetValueOrDefault(name, name);

    /// <inheritdoc/>
    internal override void Validate(string source)
    {
        base.Validate(source);
        RequireBetween(source, "hidden_dim", IntermediateSize, 1, MaxSize);
        RequireBetween(source, "n_heads", HeadCount, 1, MaxSize);
        RequireMultiple(source, "hidden_size", HiddenSize, "n_heads", HeadCount);
        RequireOneOf(source, "activation", HiddenActivation, Activation.Names);
        RequireShare(source, "dropout", HiddenDropout);
        RequireShare(source, "attention_dropout", AttentionDropout);
    }
}
