using System.Text.Json.Serialization;

namespace Microsoft.ML.BlockLlm.Models;

/// <summary>The shape of a Mistral (Jiang and others, 2023, arXiv 2310.06825), model type <c>mistral</c>: a LLaMA whose tokens see only the last ones before them.</summary>
public sealed record MistralConfig : LlamaConfig
{
    /// <summary>The <c>model_type</c> of this family.</summary>
    public new const string ModelTypeName = "mistral";

    /// <summary>Makes a configuration with Mistral's defaults.</summary>
    public MistralConfig() => KeyValueHeadCount = 8;

    /// <inheritdoc/>
    [JsonIgnore]
    public override string ModelType => ModelTypeName;

    /// <summary>How many tokens, itself included, a token sees; null for all before it. Default: 4096.</summary>
    [JsonPropertyName("sliding_window")]
    public int? SlidingWindow { get; init; } = 4096;

    internal override int? WindowOf(int layer) => SlidingWindow;

    internal override void Validate(string source)
    {
        base.Validate(source);
        if (SlidingWindow is { } window)
            RequireBetween(source, "sliding_window", window, 1, int.MaxValue);
    }
}
