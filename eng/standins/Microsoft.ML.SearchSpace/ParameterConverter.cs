using System.Text.Json;
using System.Text.Json.Serialization;

namespace Microsoft.ML.SearchSpace;

/// <summary>Writes a parameter as the JSON value that it stands for, and reads it again.</summary>
internal sealed class ParameterConverter : JsonConverter<Parameter>
{
    public override Parameter Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) => reader.TokenType switch
    {
        JsonTokenType.StartObject => Parameter.CreateNestedParameter([.. JsonSerializer.Deserialize<Dictionary<string, Parameter>>(ref reader, options)]),
        JsonTokenType.StartArray => Parameter.FromIEnumerable(JsonSerializer.Deserialize<List<Parameter>>(ref reader, options)),
        JsonTokenType.String => Parameter.FromString(reader.GetString()),
        JsonTokenType.Number => reader.TryGetInt64(out var integer) ? Parameter.FromLong(integer) : Parameter.FromDouble(reader.GetDouble()),
        JsonTokenType.True or JsonTokenType.False => Parameter.FromBool(reader.GetBoolean()),
        _ => throw new JsonException($"A parameter cannot be a JSON token of type {reader.TokenType}."),
    };

    public override void Write(Utf8JsonWriter writer, Parameter value, JsonSerializerOptions options) =>
        JsonSerializer.Serialize(writer, value.Value, options);
}
