using System.Collections.Frozen;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace Microsoft.ML.BlockLlm.Models;

/// <summary>A kind of model that can be loaded, named by <c>model_type</c> in its <c>config.json</c>.</summary>
internal abstract class ModelFamily
{
    private static readonly FrozenDictionary<string, ModelFamily> s_families =
        new ModelFamily[] { new UseLiteFamily() }.ToFrozenDictionary(family => family.ModelType);

    /// <summary>The name in <c>config.json</c>.</summary>
    public abstract string ModelType { get; }

    /// <summary>What the names of the encoder's tensors begin with in a model that has a head.</summary>
    public abstract string Prefix { get; }

    /// <summary>The family that a configuration names.</summary>
    public static ModelFamily Of(JsonObject config, string source)
    {
        if (config["model_type"] is not JsonValue value || !value.TryGetValue<string>(out var modelType))
            throw new ModelLoadException($"{source}: model_type is missing. It must name one of: {SupportedTypes}.");
        return s_families.GetValueOrDefault(modelType)
            ?? throw new ModelLoadException($"{source}: model_type '{modelType}' is not supported. Supported are: {SupportedTypes}.");
    }

    /// <summary>Reads and checks the family's part of a configuration.</summary>
    public abstract ModelConfig ReadConfig(JsonObject config, string source);

    /// <summary>Builds the encoder.</summary>
    public abstract TextEncoder CreateEncoder(ParameterSource parameters, ModelConfig config);

    private protected static T ReadConfig<T>(JsonObject config, string source) where T : ModelConfig
    {
        try
        {
            var typed = config.Deserialize<T>()!;
            typed.Validate(source);
            return typed;
        }
        catch (JsonException exception)
        {
            throw new ModelLoadException($"{source}: {exception.Message}", exception);
        }
    }

    private static string SupportedTypes => string.Join(", ", s_families.Keys.Order(StringComparer.Ordinal));
}
