using System.Text.Json;
using System.Text.Json.Serialization;

namespace Microsoft.ML.BlockLlm.Models;

/// <summary>A field that holds an id, or a list of them, or null for none.</summary>
internal sealed class OneOrMoreIds : JsonConverter<IReadOnlyList<int>>
{
    public override bool HandleNull => true;

    public override IReadOnlyList<int> Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) => reader.TokenType switch
    {
        JsonTokenType.Null => [],
        JsonTokenType.Number => [reader.GetInt32()],
        _ => JsonSerializer.Deserialize<int[]>(ref reader)!,
    };

    public override void Write(Utf8JsonWriter writer, IReadOnlyList<int> value, JsonSerializerOptions options)
    {
        if (value.Count == 0)
            writer.WriteNullValue();
        else if (value.Count == 1)
            writer.WriteNumberValue(value[0]);
        else
            JsonSerializer.Serialize(writer, value);
    }
}
