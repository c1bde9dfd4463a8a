using System.Text.Json;
using System.Text.Json.Serialization.Metadata;

namespace Microsoft.ML.BlockLlm.Models;

/// <summary>How a <see cref="ModelConfig"/> stands in <c>config.json</c>.</summary>
internal static class ModelConfigJson
{
    private static readonly Dictionary<Type, IReadOnlyDictionary<string, string>> s_fieldNames = new()
    {
        [typeof(DistilBertConfig)] = DistilBertConfig.FieldNames,
        [typeof(Gpt2Config)] = Gpt2Config.FieldNames,
    };

    /// <summary>The names are those of the properties' attributes, except where a family has its own.</summary>
    public static JsonSerializerOptions Options { get; } = new()
    {
        TypeInfoResolver = new DefaultJsonTypeInfoResolver { Modifiers = { UseNamesOfFamily } },
    };

    private static void UseNamesOfFamily(JsonTypeInfo type)
    {
        if (!s_fieldNames.TryGetValue(type.Type, out var names))
            return;
        foreach (var property in type.Properties)
            property.Name = names.GetValueOrDefault(property.Name, property.Name);
    }
}
