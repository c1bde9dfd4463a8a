using System.Text.Json.Nodes;
using Microsoft.ML.Tokenizers;

namespace Microsoft.ML.BlockLlm.Models;

/// <summary>All of a model but its weights: the configuration and the tokenizer, with the files they came from.</summary>
internal sealed class ModelDescription
{
    private readonly ConfigFile _configFile;
    private readonly TokenizerFiles _tokenizerFiles;

    private ModelDescription(string source, ConfigFile configFile, TokenizerFiles tokenizerFiles)
    {
        _configFile = configFile;
        _tokenizerFiles = tokenizerFiles;
        Source = source;
        if (tokenizerFiles.Loaded.VocabularySize > Config.VocabularySize)
            throw new ModelLoadException(
                $"{source}: the tokenizer has {tokenizerFiles.Loaded.VocabularySize} pieces and the model only {Config.VocabularySize} embeddings (vocab_size). They do not belong together.");
    }

    /// <summary>Where the model is from, for messages.</summary>
    public string Source { get; }

    public ModelFamily Family => _configFile.Family;

    public ModelConfig Config => _configFile.Config;

    public Tokenizer Tokenizer => _tokenizerFiles.Loaded.Tokenizer;

    /// <summary>Reads configuration and tokenizer.</summary>
    public static ModelDescription Read(ModelFileReader reader, string source) =>
        new(source, ConfigFile.Read(reader, source), TokenizerFiles.Read(reader, source));

    /// <summary>Describes a model that begins without weights, with a tokenizer that is read.</summary>
    public static ModelDescription Of(ModelConfig config, ModelFileReader tokenizerReader, string source) =>
        new(source, ConfigFile.Of(config), TokenizerFiles.Read(tokenizerReader, source));

    /// <summary>The value of a field of the configuration, or a default where it is missing or of another type.</summary>
    public T? ConfigValue<T>(string name, T? missing = default) => _configFile.Value(name, missing);

    /// <summary>A field of the configuration that is an object; null if it is missing or something else.</summary>
    public JsonObject? ConfigObject(string name) => _configFile.Object(name);

    /// <summary>Writes configuration and tokenizer.</summary>
    /// <param name="writer">Takes the files.</param>
    /// <param name="changes">Fields of the configuration that are new or have another value.</param>
    public void Write(ModelFileWriter writer, IEnumerable<KeyValuePair<string, JsonNode>> changes)
    {
        _configFile.Write(writer, changes);
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
}
