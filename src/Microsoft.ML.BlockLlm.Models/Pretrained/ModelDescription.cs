using System.Text.Json;
using System.Text.Json.Nodes;
using Microsoft.ML.Tokenizers;

namespace Microsoft.ML.BlockLlm.Models;

/// <summary>All of a model but its weights: the configuration and the tokenizer, with the files they came from.</summary>
internal sealed class ModelDescription
{
    private readonly JsonObject _configJson;
    private readonly TokenizerFiles _tokenizerFiles;

    private ModelDescription(string source, JsonObject configJson, TokenizerFiles tokenizerFiles)
    {
        _configJson = configJson;
        _tokenizerFiles = tokenizerFiles;
        Source = source;
        var configSource = $"{source}, {ModelFiles.Config}";
        Family = ModelFamily.Of(configJson, configSource);
        Config = Family.ReadConfig(configJson, configSource);
        if (tokenizerFiles.Loaded.VocabularySize > Config.VocabularySize)
            throw new ModelLoadException(
                $"{source}: the tokenizer has {tokenizerFiles.Loaded.VocabularySize} pieces and the model only {Config.VocabularySize} embeddings (vocab_size). They do not belong together.");
    }

    /// <summary>Where the model is from, for messages.</summary>
    public string Source { get; }

    public ModelFamily Family { get; }

    public ModelConfig Config { get; }

    public Tokenizer Tokenizer => _tokenizerFiles.Loaded.Tokenizer;

    /// <summary>Reads configuration and tokenizer.</summary>
    public static ModelDescription Read(ModelFileReader reader, string source)
    {
        var config = ReadAll(reader, ModelFiles.Config, source);
        try
        {
            if (JsonNode.Parse(config) is JsonObject json)
                return new ModelDescription(source, json, TokenizerFiles.Read(reader, source));
        }
        catch (JsonException exception)
        {
            throw new ModelLoadException($"{source}, {ModelFiles.Config} is no valid JSON: {exception.Message}", exception);
        }
        throw new ModelLoadException($"{source}, {ModelFiles.Config} holds no JSON object.");
    }

    /// <summary>The value of a field of the configuration, or a default where it is missing or of another type.</summary>
    public T? ConfigValue<T>(string name, T? missing = default) =>
        _configJson[name] is JsonValue value && value.TryGetValue<T>(out var typed) ? typed : missing;

    /// <summary>A field of the configuration that is an object; null if it is missing or something else.</summary>
    public JsonObject? ConfigObject(string name) => _configJson[name] as JsonObject;

    /// <summary>Writes configuration and tokenizer.</summary>
    /// <param name="writer">Takes the files.</param>
    /// <param name="changes">Fields of the configuration that are new or have another value.</param>
    public void Write(ModelFileWriter writer, IEnumerable<KeyValuePair<string, JsonNode>> changes)
    {
        var config = (JsonObject)_configJson.DeepClone();
        foreach (var (name, value) in changes)
            config[name] = value;
        writer(ModelFiles.Config, stream =>
        {
            using var json = new Utf8JsonWriter(stream, new JsonWriterOptions { Indented = true, NewLine = "\n" });
            config.WriteTo(json);
        });
        _tokenizerFiles.Write(writer);
    }

    /// <summary>Makes what turns texts into batches for this model.</summary>
    public BatchEncoder CreateBatchEncoder(int? maxTokens)
    {
        if (maxTokens is { } limit && (limit < 1 || limit > Config.MaxTokens))
            throw new ArgumentOutOfRangeException(nameof(maxTokens), maxTokens, $"The model takes from 1 to {Config.MaxTokens} tokens of a text.");
        var space = Tokenizer.EncodeToIds(" ");
        return new BatchEncoder(
            Tokenizer, _tokenizerFiles.Loaded.Template ?? TokenTemplate.Plain, maxTokens ?? Config.MaxTokens, Config.PaddingId,
            emptyTextId: space.Count > 0 ? space[0] : Config.PaddingId, pairsAreTwoRows: !Family.ReadsPairsInOneRow);
    }

    private static byte[] ReadAll(ModelFileReader reader, string name, string source)
    {
        using var bytes = new MemoryStream();
        if (!reader(name, stream => stream.CopyTo(bytes)))
            throw new ModelLoadException($"{source} has no {name}. A model needs {ModelFiles.Config}, {ModelFiles.Tokenizer} and {ModelFiles.Weights}.");
        return bytes.ToArray();
    }
}
