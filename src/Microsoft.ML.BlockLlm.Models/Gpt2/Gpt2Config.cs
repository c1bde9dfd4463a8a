using System.Collections.Frozen;
using System.Text.Json.Serialization;

namespace Microsoft.ML.BlockLlm.Models;

/// <summary>The shape of a GPT-2 (Radford and others, 2019, "Language models are unsupervised multitask learners"), model type <c>gpt2</c>.</summary>
public sealed record Gpt2Config : DecoderConfig
{
    /// <summary>The <c>model_type</c> of this family.</summary>
    public const string ModelTypeName = "gpt2";

    /// <summary>Makes a configuration with GPT-2's defaults.</summary>
    public Gpt2Config() => TieWordEmbeddings = true;

    /// <summary>The family's own names in <c>config.json</c> for what other families call otherwise.</summary>
    internal static FrozenDictionary<string, string> FieldNames { get; } = new Dictionary<string, string>
    {
        ["hidden_size"] = "n_embd",
        ["num_hidden_layers"] = "n_layer",
        ["max_position_embeddings"] = "n_positions",
    }.ToFrozenDictionary();

    /// <inheritdoc/>
    [JsonIgnore]
    public override string ModelType => ModelTypeName;

    /// <summary>Attention heads of every layer. Default: 12.</summary>
    [JsonPropertyName("n_head")]
    public int HeadCount { get; init; } = 12;

    /// <summary>Width of the feed-forward blocks. Default: null, four times <see cref="ModelConfig.HiddenSize"/>.</summary>
    [JsonPropertyName("n_inner")]
    public int? IntermediateSize { get; init; }

    /// <summary>The function of the feed-forward blocks: <c>gelu_new</c> or <c>gelu_pytorch_tanh</c>, which are the same, <c>gelu</c> or <c>relu</c>. Default: <c>gelu_new</c>.</summary>
    [JsonPropertyName("activation_function")]
    public string HiddenActivation { get; init; } = Activation.GeluNew;

    /// <summary>Added to the variance in layer normalisation. Default: 1e-5.</summary>
    [JsonPropertyName("layer_norm_epsilon")]
    public double LayerNormEpsilon { get; init; } = 1e-5;

    /// <summary>Share of the embeddings that training drops, from 0 up to but not 1. Default: 0.1.</summary>
    [JsonPropertyName("embd_pdrop")]
    public double EmbeddingDropout { get; init; } = 0.1;

    /// <summary>Share of the attention weights that training drops, from 0 up to but not 1. Default: 0.1.</summary>
    [JsonPropertyName("attn_pdrop")]
    public double AttentionDropout { get; init; } = 0.1;

    /// <summary>Share of the output of each half of a layer that training drops, from 0 up to but not 1. Default: 0.1.</summary>
    [JsonPropertyName("resid_pdrop")]
    public double ResidualDropout { get; init; } = 0.1;

    /// <summary>Width of the feed-forward blocks, the default filled in.</summary>
    internal int IntermediateWidth => IntermediateSize ?? 4 * HiddenSize;

    private protected override string FieldName(string name) => FieldNames.GetValueOrDefault(name, name);

    /// <inheritdoc/>
    internal override void Validate(string source)
    {
        base.Validate(source);
        RequireBetween(source, "n_head", HeadCount, 1, MaxSize);
        RequireBetween(source, "n_inner", IntermediateWidth, 1, MaxSize);
        RequireMultiple(source, "hidden_size", HiddenSize, "n_head", HeadCount);
        RequireEpsilon(source, "layer_norm_epsilon", LayerNormEpsilon);
        RequireOneOf(source, "activation_function", HiddenActivation, Activation.Names);
        RequireShare(source, "embd_pdrop", EmbeddingDropout);
        RequireShare(source, "attn_pdrop", AttentionDropout);
        RequireShare(source, "resid_pdrop", ResidualDropout);
    }
}
