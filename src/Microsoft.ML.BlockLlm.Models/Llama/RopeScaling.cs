using System.Text.Json.Serialization;

namespace Microsoft.ML.BlockLlm.Models;

/// <summary>How rotary positions are stretched for texts longer than those a model was trained on: <c>rope_scaling</c> in <c>config.json</c>.</summary>
public sealed record RopeScaling
{
    internal const string Default = "default";
    internal const string Linear = "linear";
    internal const string Dynamic = "dynamic";
    internal const string Yarn = "yarn";
    internal const string Llama3 = "llama3";

    private static readonly string[] s_types = [Default, Linear, Dynamic, Yarn, Llama3];

    /// <summary>The method: <c>default</c>, <c>linear</c>, <c>dynamic</c>, <c>yarn</c> or <c>llama3</c>.</summary>
    [JsonPropertyName("rope_type"), JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? RopeType { get; init; }

    /// <summary>The method, as older files name it.</summary>
    [JsonPropertyName("type"), JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? OldRopeType { get; init; }

    /// <summary>How many times longer the texts may be. Default: 1.</summary>
    [JsonPropertyName("factor")]
    public double Factor { get; init; } = 1;

    /// <summary>How many tokens the model was trained on, for <c>yarn</c> and <c>llama3</c>, which needs it. Default: null, <see cref="ModelConfig.MaxTokens"/>.</summary>
    [JsonPropertyName("original_max_position_embeddings"), JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public int? OriginalMaxTokens { get; init; }

    /// <summary>Wavelengths longer than the original text divided by this are stretched fully; needed by <c>llama3</c>.</summary>
    [JsonPropertyName("low_freq_factor"), JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public double? LowFrequencyFactor { get; init; }

    /// <summary>Wavelengths shorter than the original text divided by this are left alone; needed by <c>llama3</c>.</summary>
    [JsonPropertyName("high_freq_factor"), JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public double? HighFrequencyFactor { get; init; }

    /// <summary>For <c>yarn</c>: what turns more often than this within the original text is left alone. Default: 32.</summary>
    [JsonPropertyName("beta_fast"), JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public double? BetaFast { get; init; }

    /// <summary>For <c>yarn</c>: what turns less often than this within the original text is stretched fully. Default: 1.</summary>
    [JsonPropertyName("beta_slow"), JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public double? BetaSlow { get; init; }

    /// <summary>For <c>yarn</c>: what queries and keys are multiplied with. Default: 1 + 0.1·ln(<see cref="Factor"/>).</summary>
    [JsonPropertyName("attention_factor"), JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public double? AttentionFactor { get; init; }

    internal string Method => RopeType ?? OldRopeType ?? Default;

    internal void Validate(string source)
    {
        if (!s_types.Contains(Method))
            throw new ModelLoadException($"{source}: rope_scaling, rope_type '{Method}' is not supported. Supported are: {string.Join(", ", s_types)}.");
        if (Factor is not (>= 1 and < double.PositiveInfinity))
            throw new ModelLoadException($"{source}: rope_scaling, factor is {Factor}; it must be at least 1.");
        if (OriginalMaxTokens is < 1)
            throw new ModelLoadException($"{source}: rope_scaling, original_max_position_embeddings is {OriginalMaxTokens}; it must be at least 1.");
        if (Method == Llama3 && !(HighFrequencyFactor > LowFrequencyFactor && LowFrequencyFactor > 0 && OriginalMaxTokens is not null))
            throw new ModelLoadException(
                $"{source}: rope_scaling llama3 needs original_max_position_embeddings, and a high_freq_factor greater than a low_freq_factor greater than 0.");
    }
}
