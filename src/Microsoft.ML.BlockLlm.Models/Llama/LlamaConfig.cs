using System.Text.Json.Serialization;

namespace Microsoft.ML.BlockLlm.Models;

/// <summary>
/// The shape of a LLaMA (Touvron and others, 2023, arXiv 2302.13971), as in the <c>config.json</c> of a folder with model type <c>llama</c>.
/// LLaMA 2 and 3, TinyLlama and many others have this form.
/// </summary>
public record LlamaConfig : DecoderConfig
{
    /// <summary>The <c>model_type</c> of this family.</summary>
    public const string ModelTypeName = "llama";

    private const string OnlyActivation = "silu";

    /// <inheritdoc/>
    [JsonIgnore]
    public override string ModelType => ModelTypeName;

    /// <summary>Width of the feed-forward blocks.</summary>
    [JsonPropertyName("intermediate_size"), JsonRequired]
    public int IntermediateSize { get; init; }

    /// <summary>Attention heads of every layer.</summary>
    [JsonPropertyName("num_attention_heads"), JsonRequired]
    public int HeadCount { get; init; }

    /// <summary>Heads of keys and values, each shared by as many query heads as it takes (Ainslie and others, 2023, arXiv 2305.13245). Default: null, as many as <see cref="HeadCount"/>.</summary>
    [JsonPropertyName("num_key_value_heads")]
    public int? KeyValueHeadCount { get; init; }

    /// <summary>Width of a head. Default: null, <see cref="ModelConfig.HiddenSize"/> divided by <see cref="HeadCount"/>.</summary>
    [JsonPropertyName("head_dim")]
    public int? HeadSize { get; init; }

    /// <summary>Added to the mean square in normalisation. Default: 1e-6.</summary>
    [JsonPropertyName("rms_norm_eps")]
    public double RmsNormEpsilon { get; init; } = 1e-6;

    /// <summary>The base whose powers are the wavelengths of the rotary positions. Default: 10,000.</summary>
    [JsonPropertyName("rope_theta")]
    public double RopeTheta { get; init; } = 10_000;

    /// <summary>How the rotary positions are stretched for texts longer than those the model was trained on. Default: null, not at all.</summary>
    [JsonPropertyName("rope_scaling")]
    public RopeScaling? RopeScaling { get; init; }

    /// <summary>Whether the projections of the attention have biases. Default: false.</summary>
    [JsonPropertyName("attention_bias")]
    public bool AttentionBias { get; init; }

    /// <summary>Whether the projections of the feed-forward blocks have biases. Default: false.</summary>
    [JsonPropertyName("mlp_bias")]
    public bool FeedForwardBias { get; init; }

    /// <summary>Share of the attention weights that training drops, from 0 up to but not 1. Default: 0.</summary>
    [JsonPropertyName("attention_dropout")]
    public double AttentionDropout { get; init; }

    /// <summary>The function of the feed-forward blocks' gate. Default, and the only one known: <c>silu</c>.</summary>
    [JsonPropertyName("hidden_act")]
    public string HiddenActivation { get; init; } = OnlyActivation;

    /// <summary>Heads of keys and values, the default filled in.</summary>
    internal int KeyValueHeads => KeyValueHeadCount ?? HeadCount;

    /// <summary>Width of a head, the default filled in.</summary>
    internal int HeadWidth => HeadSize ?? HiddenSize / HeadCount;

    /// <summary>With dynamic scaling positions stretch as a text grows, up to <see cref="RopeScaling.Factor"/> times the length that the model was trained on.</summary>
    internal override int LongestText => RopeScaling is { Method: RopeScaling.Dynamic } scaling ? (int)Math.Min(MaxTokens * scaling.Factor, MaxSize) : MaxTokens;

    internal virtual bool HasQueryKeyValueBias => AttentionBias;

    internal virtual bool HasAttentionOutputBias => AttentionBias;

    /// <summary>How many tokens, itself included, a token of this layer sees; null for all before it.</summary>
    internal virtual int? WindowOf(int layer) => null;

    /// <inheritdoc/>
    internal override void Validate(string source)
    {
        base.Validate(source);
        RequireBetween(source, "intermediate_size", IntermediateSize, 1, MaxSize);
        RequireBetween(source, "num_attention_heads", HeadCount, 1, HiddenSize);
        RequireBetween(source, "num_key_value_heads", KeyValueHeads, 1, HeadCount);
        RequireBetween(source, "head_dim", HeadWidth, 2, MaxSize);
        if (HeadCount % KeyValueHeads != 0)
            throw new ModelLoadException($"{source}: num_attention_heads {HeadCount} must be a multiple of num_key_value_heads {KeyValueHeads}.");
        if (HeadSize is null && HiddenSize % HeadCount != 0)
            throw new ModelLoadException($"{source}: hidden_size {HiddenSize} must be a multiple of num_attention_heads {HeadCount}, or head_dim be given.");
        if (HeadWidth % 2 != 0)
            throw new ModelLoadException($"{source}: head_dim is {HeadWidth}; it must be even, since positions rotate pairs of numbers.");
        if (RmsNormEpsilon is not (> 0 and < 1))
            throw new ModelLoadException($"{source}: rms_norm_eps is {RmsNormEpsilon}; it must lie between 0 and 1.");
        if (RopeTheta is not (> 1 and < double.PositiveInfinity))
            throw new ModelLoadException($"{source}: rope_theta is {RopeTheta}; it must be greater than 1.");
        if (HiddenActivation != OnlyActivation)
            throw new ModelLoadException($"{source}: hidden_act '{HiddenActivation}' is not supported. Supported is: {OnlyActivation}.");
        RequireShare(source, "attention_dropout", AttentionDropout);
        RopeScaling?.Validate(source);
    }
}
