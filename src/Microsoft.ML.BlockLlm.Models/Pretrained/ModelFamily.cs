using System.Collections.Frozen;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace Microsoft.ML.BlockLlm.Models;

/// <summary>A kind of model that can be loaded, named by <c>model_type</c> in its <c>config.json</c>.</summary>
internal abstract class ModelFamily
{
    private const string DefaultHead = "classifier";

    private static readonly FrozenDictionary<string, ModelFamily> s_families =
        new ModelFamily[]
        {
            new BertFamily(), new DistilBertFamily(), new RobertaFamily(), new UseLiteFamily(), new Gpt2Family(),
            new LlamaFamily<LlamaConfig>(LlamaConfig.ModelTypeName, "Llama"),
            new LlamaFamily<MistralConfig>(MistralConfig.ModelTypeName, "Mistral"),
            new LlamaFamily<Qwen2Config>(Qwen2Config.ModelTypeName, "Qwen2"),
        }.ToFrozenDictionary(family => family.ModelType);

    /// <summary>The types of language models, as a list for messages.</summary>
    public static string LanguageModelTypes => Listed(s_families.Values.OfType<DecoderFamily>());

    /// <summary>The name in <c>config.json</c>.</summary>
    public abstract string ModelType { get; }

    /// <summary>What the names of the encoder's tensors begin with in a model that has a head.</summary>
    public abstract string Prefix { get; }

    /// <summary>The family that a configuration names.</summary>
    public static ModelFamily Of(JsonObject config, string source)
    {
        if (config["model_type"] is not JsonValue value || !value.TryGetValue<string>(out var modelType))
            throw new ModelLoadException($"{source}: model_type is missing. It must name one of: {SupportedTypes}.");
        return Of(modelType, source);
    }

    /// <summary>The family of a model type.</summary>
    public static ModelFamily Of(string modelType, string source) =>
        s_families.GetValueOrDefault(modelType)
            ?? throw new ModelLoadException($"{source}: model_type '{modelType}' is not supported. Supported are: {SupportedTypes}.");

    /// <summary>Reads and checks the family's part of a configuration.</summary>
    public abstract ModelConfig ReadConfig(JsonObject config, string source);

    /// <summary>A configuration as it stands in config.json.</summary>
    public virtual JsonObject WriteConfig(ModelConfig config) =>
        (JsonObject)JsonSerializer.SerializeToNode(config, config.GetType(), ModelConfigJson.Options)!;

    /// <summary>How texts are pooled for sentence embeddings where nothing else is asked for.</summary>
    public virtual TokenPooling EmbeddingPooling => TokenPooling.Pooler;

    /// <summary>How texts are pooled for classification.</summary>
    public virtual TokenPooling ClassifierPooling => TokenPooling.Pooler;

    /// <summary>Whether the texts of a pair stand in one row, as the family was trained to read them, or each in a row of its own.</summary>
    public virtual bool ReadsPairsInOneRow => false;

    /// <summary>The modules of a classifier that <see cref="CreateHead"/> adds to the encoder.</summary>
    public virtual IReadOnlyList<string> HeadNames => [DefaultHead];

    /// <summary>What the names of other tensors begin with that a folder may hold: heads for other tasks, and pooling that is not asked for.</summary>
    public virtual IReadOnlyList<string> Spare => [];

    /// <summary>What the names of all tensors begin with that a folder may hold and a model need not take.</summary>
    public IEnumerable<string> MayBeLeft => [.. HeadNames.Select(name => name + "."), .. Spare];

    /// <summary>What config.json calls the dropout before a classifier's last layer.</summary>
    public virtual string HeadDropoutField => "classifier_dropout";

    /// <summary>The class of Python's transformers that reads a classifier of this family; null if none does.</summary>
    public virtual string? ClassifierArchitecture => null;

    /// <summary>Builds the encoder.</summary>
    /// <exception cref="ArgumentException">The family does not have this <paramref name="pooling"/>.</exception>
    public abstract TextEncoder CreateEncoder(ParameterSource parameters, ModelConfig config, TokenPooling pooling);

    /// <summary>Builds what follows the encoder in a classifier, each stage under its name.</summary>
    public virtual IReadOnlyList<(string Name, Stage Stage)> CreateHead(ParameterSource parameters, int featureCount, ClassifierShape shape) =>
        [(DefaultHead, new ClassificationHead(parameters.Under(DefaultHead), featureCount, shape))];

    private protected static T ReadConfig<T>(JsonObject config, string source) where T : ModelConfig
    {
        try
        {
            var typed = config.Deserialize<T>(ModelConfigJson.Options)!;
            typed.Validate(source);
            return typed;
        }
        catch (JsonException exception)
        {
            throw new ModelLoadException($"{source}: {exception.Message}", exception);
        }
    }

    /// <summary>Refuses a value that would ask for another model than the one that is built.</summary>
    private protected static void RequireValue(JsonObject config, string source, string field, string supported)
    {
        if (config[field] is { } value && value.ToString() != supported)
            throw new ModelLoadException($"{source}: {field} '{value}' is not supported. Supported is: {supported}.");
    }

    private static string SupportedTypes => Listed(s_families.Values);

    private static string Listed(IEnumerable<ModelFamily> families) => string.Join(", ", families.Select(family => family.ModelType).Order(StringComparer.Ordinal));
}
