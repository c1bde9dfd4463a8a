using System.Text.Json;
using System.Text.Json.Nodes;

namespace Microsoft.ML.BlockLlm.Models;

/// <summary>A model's <c>config.json</c>, with what the library makes of it. It is written as it was read, fields that the library does not know included.</summary>
internal sealed class ConfigFile
{
    private readonly JsonObject _json;

    private ConfigFile(JsonObject json, ModelFamily family, ModelConfig config)
    {
        _json = json;
        Family = family;
        Config = config;
    }

    public ModelFamily Family { get; }

    public ModelConfig Config { get; }

    /// <summary>Reads and checks the file.</summary>
    public static ConfigFile Read(ModelFileReader reader, string source)
    {
        var file = $"{source}, {ModelFiles.Config}";
        JsonNode? json;
        try
        {
            json = Parse(BoundedFile.ReadIfThere(reader, ModelFiles.Config, source) ?? throw new ModelLoadException($"{source} has no {ModelFiles.Config}."));
        }
        catch (JsonException exception)
        {
            throw new ModelLoadException($"{file} is no valid JSON: {exception.Message}", exception);
        }
        if (json is not JsonObject fields)
            throw new ModelLoadException($"{file} holds no JSON object.");
        var family = ModelFamily.Of(fields, file);
        return new ConfigFile(fields, family, family.ReadConfig(fields, file));
    }

    private static JsonNode? Parse(byte[] json)
    {
        StrictJson.RequireTexts(json);
        return JsonNode.Parse(json, documentOptions: StrictJson.Options);
    }

    /// <summary>The file of a model that begins without one.</summary>
    public static ConfigFile Of(ModelConfig config)
    {
        const string source = "The configuration";
        config.Validate(source);
        var family = ModelFamily.Of(config.ModelType, source);
        var fields = family.WriteConfig(config);
        fields["model_type"] = config.ModelType;
        return new ConfigFile(fields, family, config);
    }

    /// <summary>Whether there is a field of this name.</summary>
    public bool Has(string name) => _json.ContainsKey(name);

    /// <summary>The value of a field, or a default where it is missing or of another type.</summary>
    public T? Value<T>(string name, T? missing = default) =>
        _json[name] is JsonValue value && value.TryGetValue<T>(out var typed) ? typed : missing;

    /// <summary>A field that is an object; null if it is missing or something else.</summary>
    public JsonObject? Object(string name) => _json[name] as JsonObject;

    /// <summary>Writes the file.</summary>
    /// <param name="writer">Takes the file.</param>
    /// <param name="changes">Fields that are new or have another value.</param>
    public void Write(ModelFileWriter writer, params IEnumerable<KeyValuePair<string, JsonNode>> changes)
    {
        var fields = (JsonObject)_json.DeepClone();
        foreach (var (name, value) in changes)
            fields[name] = value;
        writer(ModelFiles.Config, stream =>
        {
            using var json = new Utf8JsonWriter(stream, new JsonWriterOptions { Indented = true, NewLine = "\n" });
            fields.WriteTo(json);
        });
    }
}
