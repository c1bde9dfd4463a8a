using System.Text.Json.Serialization;

namespace Microsoft.ML.BlockLlm.Models;

/// <summary>The shape of a Qwen2 (Yang and others, 2024, arXiv 2407.10671), model type <c>qwen2</c>: a LLaMA whose queries, keys and values have biases.</summary>
public sealed record Qwen2Config : LlamaConfig
{
    /// <summary>The <c>model_type</c> of this family.</summary>
    public new const string ModelTypeName = "qwen2";

    /// <inheritdoc/>
    [JsonIgnore]
    public override string ModelType => ModelTypeName;

    /// <summary>Whether the upper layers see only <see cref="SlidingWindow"/> tokens. Default: false.</summary>
    [JsonPropertyName("use_sliding_window")]
    public bool UseSlidingWindow { get; init; }

    /// <summary>How many tokens, itself included, a token of the upper layers sees. Default: 4096.</summary>
    [JsonPropertyName("sliding_window")]
    public int? SlidingWindow { get; init; } = 4096;

    /// <summary>How many layers, from the first one on, see all tokens even with <see cref="UseSlidingWindow"/>. Default: 28.</summary>
    [JsonPropertyName("max_window_layers")]
    public int FullLayerCount { get; init; } = 28;

    internal override bool HasQueryKeyValueBias => true;

    internal override bool HasAttentionOutputBias => false;

    internal override int? WindowOf(int layer) => UseSlidingWindow && layer >= FullLayerCount ? SlidingWindow : null;

    internal override void Validate(string source)
    {
        base.Validate(source);
        if (UseSlidingWindow && SlidingWindow is { } window)
            RequireBetween(source, "sliding_window", window, 1, int.MaxValue);
    }
}
