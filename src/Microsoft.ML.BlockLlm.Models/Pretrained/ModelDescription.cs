using System.Text.Json.Nodes;
using Microsoft.ML.Tokenizers;

namespace Microsoft.ML.BlockLlm.Models;

/// <summary>All of a model but its weights: the configuration and the tokenizer, with the files they came from.</summary>
internal sealed class ModelDescription
{
    private readonly GenerationConfigFile? _generationConfig;

    private ModelDescription(string source, ConfigFile configFile, TokenizerFiles tokenizerFiles, GenerationConfigFile? generationConfig = null)
    {
        _generationConfig = generationConfig;
        ConfigFile = configFile;
        TokenizerFiles = tokenizerFiles;
        Source = source;
        tokenizerFiles.RequireFit(Config, source);
    }

    /// <summary>Where the model is from, for messages.</summary>
    public string Source { get; }

    public ConfigFile ConfigFile { get; }

    public TokenizerFiles TokenizerFiles { get; }

    public ModelFamily Family => ConfigFile.Family;

    public ModelConfig Config => ConfigFile.Config;

    public Tokenizer Tokenizer => TokenizerFiles.Loaded.Tokenizer;

    /// <summary>Reads configuration and tokenizer, and of a language model how it generates.</summary>
    public static ModelDescription Read(ModelFileReader reader, string source)
    {
        var configFile = ConfigFile.Read(reader, source);
        var generationConfig = configFile.Family is DecoderFamily ? GenerationConfigFile.ReadIfThere(reader, configFile.Config, source) : null;
        return new(source, configFile, TokenizerFiles.Read(reader, source), generationConfig);
    }

    /// <summary>Describes a model that begins without weights, with a tokenizer that is read.</summary>
    public static ModelDescription Of(ModelConfig config, ModelFileReader tokenizerReader, string source) =>
        new(source, ConfigFile.Of(config), TokenizerFiles.Read(tokenizerReader, source));

    /// <summary>The same for a language model.</summary>
    public LanguageModelDescription ForLanguageModel() => new(ConfigFile, TokenizerFiles, _generationConfig, Source);

    /// <summary>The value of a field of the configuration, or a default where it is missing or of another type.</summary>
    public T? ConfigValue<T>(string name, T? missing = default) => ConfigFile.Value(name, missing);

    /// <summary>A field of the configuration that is an object; null if it is missing or something else.</summary>
    public JsonObject? ConfigObject(string name) => ConfigFile.Object(name);

    /// <summary>Writes configuration and tokenizer.</summary>
    /// <param name="writer">Takes the files.</param>
    /// <param name="changes">Fields of the configuration that are new or have another value.</param>
    public void Write(ModelFileWriter writer, IEnumerable<KeyValuePair<string, JsonNode>> changes)
    {
        ConfigFile.Write(writer, changes);
        TokenizerFiles.Write(writer);
    }

    /// <summary>Makes what turns texts into batches for this model.</summary>
    public BatchEncoder CreateBatchEncoder(int? maxTokens) =>
        TokenizerFiles.Loaded.CreateBatchEncoder(Config, maxTokens, pairsAreTwoRows: !Family.ReadsPairsInOneRow);
}
