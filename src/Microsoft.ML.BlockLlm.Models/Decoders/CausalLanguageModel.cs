using System.Text.Json.Nodes;
using Microsoft.ML.Tokenizers;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace Microsoft.ML.BlockLlm.Models;

/// <summary>
/// A model that predicts each next token from those before it: token ids to logits <c>[batch, tokens, vocabulary]</c>. Its loss is the
/// cross-entropy with <see cref="NextTokenTargets"/>.
/// </summary>
/// <remarks>Padding stands after a row's tokens or before them; the logits at padding mean nothing.</remarks>
public sealed class CausalLanguageModel : StagedModel
{
    internal const string HeadName = "lm_head";

    private const string StreamSource = "The saved model";

    private readonly LanguageModelDescription _description;

    private CausalLanguageModel(LanguageModelDescription description, Decoder decoder, Linear? output) : base(nameof(CausalLanguageModel))
    {
        _description = description;
        Stages = [.. decoder.Body, new LanguageModelHead(decoder.FinalNorm, output, output is null ? decoder.TokenEmbedding : null)];
        register_module(description.ConfigFile.Family.Prefix, decoder);
        if (output is not null)
            register_module(HeadName, output);
    }

    /// <inheritdoc/>
    public override IReadOnlyList<Stage> Stages { get; }

    /// <summary>The model's shape.</summary>
    public DecoderConfig Config => (DecoderConfig)_description.ConfigFile.Config;

    /// <summary>The model's tokenizer; null if the model was made without one.</summary>
    public Tokenizer? Tokenizer => _description.TokenizerFiles?.Loaded.Tokenizer;

    /// <summary>The ids at which generation ends: those that the folder's <c>generation_config.json</c> names, or else <see cref="DecoderConfig.EndOfTextIds"/>.</summary>
    public IReadOnlyList<int> EndOfTextIds => _description.GenerationConfig?.EndOfTextIds ?? Config.EndOfTextIds;

    /// <summary>
    /// Makes a model with new weights, as its family begins: N(0, 0.02), or the standard deviation in the configuration; normalisation
    /// weights 1, biases 0; GPT-2's projections into the residual smaller by √(2 · layers). It has no tokenizer;
    /// a <see cref="PretrainedModel"/> made from a configuration gives one.
    /// </summary>
    /// <param name="config">The shape.</param>
    /// <param name="generator">The source of randomness. Default: torch's own.</param>
    /// <returns>The model, on the CPU and in training mode; the caller disposes it.</returns>
    /// <exception cref="ModelLoadException">The configuration contradicts itself.</exception>
    public static CausalLanguageModel FromConfig(DecoderConfig config, Generator? generator = null)
    {
        ArgumentNullException.ThrowIfNull(config);
        return Build(new(ConfigFile.Of(config), null, null, "The configuration"), new InitialParameters(generator, config.InitializerRange, config.LayerCount), () => { });
    }

    /// <summary>
    /// Loads a language model from a Hugging Face folder: <c>config.json</c>, <c>model.safetensors</c>, whole or in parts, and the tokenizer's files and
    /// <c>generation_config.json</c> if there are any. The weights are mapped into memory.
    /// </summary>
    /// <param name="directory">The folder.</param>
    /// <param name="dtype">
    /// Type of the weights in memory, whatever it is in the file: float32 or bfloat16, which takes half the memory and is used from the file as it stands if it is stored so. Default: float32.
    /// </param>
    /// <param name="streamed">
    /// Whether the weights stay in their file and are in memory for one stage at a time, so that a model may be larger than memory (<see cref="StreamedWeights"/>). Best with the
    /// <paramref name="dtype"/> that the file has: then they are mapped and nothing is copied. Default: false.
    /// </param>
    /// <returns>The model, on the CPU and in evaluation mode; the caller disposes it, and must not change the weights' file before.</returns>
    /// <exception cref="ArgumentException"><paramref name="dtype"/> is neither float32 nor bfloat16.</exception>
    /// <exception cref="ModelLoadException">A file is missing or broken, the model is no language model, or the weights do not fit the configuration; every misfit is named.</exception>
    public static CausalLanguageModel Load(string directory, ScalarType? dtype = null, bool streamed = false)
    {
        ArgumentException.ThrowIfNullOrEmpty(directory);
        var path = Path.GetFullPath(directory);
        return ModelFiles.Reading(path, () => Load(LanguageModelDescription.Read(ModelFiles.InDirectory(path), path), WeightFiles.Open(path), device: null, dtype, streamed ? new StreamedWeights(path) : null));
    }

    /// <summary>Loads a language model from files kept elsewhere, such as the entries of an archive.</summary>
    /// <param name="reader">Reads the files that <see cref="Save(ModelFileWriter)"/> wrote.</param>
    /// <param name="device">Where the model is made. Default: the CPU.</param>
    /// <param name="dtype">
    /// Type of the weights in memory, whatever it is in the file: float32 or bfloat16, which takes half the memory. Default: float32.
    /// </param>
    /// <returns>The model, in evaluation mode; the caller disposes it.</returns>
    /// <exception cref="ArgumentException"><paramref name="dtype"/> is neither float32 nor bfloat16.</exception>
    /// <exception cref="ModelLoadException">A file is missing or broken, the model is no language model, or the weights do not fit the configuration.</exception>
    public static CausalLanguageModel Load(ModelFileReader reader, Device? device = null, ScalarType? dtype = null)
    {
        ArgumentNullException.ThrowIfNull(reader);
        return ModelFiles.Reading(StreamSource, () =>
        {
            var description = LanguageModelDescription.Read(reader, StreamSource);
            using var scope = NewDisposeScope();
            CausalLanguageModel? model = null;
            if (!reader(ModelFiles.Weights, stream => model = Load(description, WeightFiles.ReadAll(stream, StreamSource, scope), device, dtype)))
                throw new ModelLoadException($"{StreamSource} has no {ModelFiles.Weights}.");
            return model!;
        });
    }

    /// <summary>Makes what turns texts into ids and batches for this model, with the special tokens around them that its tokenizer's files name.</summary>
    /// <param name="maxTokens">Cuts texts to fewer tokens than the model can take. Default: what it can take.</param>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="maxTokens"/> is less than 1 or more than the model takes.</exception>
    /// <exception cref="InvalidOperationException">The model has no tokenizer.</exception>
    public BatchEncoder CreateBatchEncoder(int? maxTokens = null) => _description.TokenizerFiles is { } files
        ? files.Loaded.CreateBatchEncoder(Config, maxTokens, pairsAreTwoRows: false)
        : throw new InvalidOperationException("The model has no tokenizer. Load it from a folder that holds the tokenizer's files, or make it with PretrainedModel.FromConfig.");

    /// <summary>
    /// Writes <c>config.json</c>, <c>model.safetensors</c>, the tokenizer's files and <c>generation_config.json</c>, if there was one, into a folder, which is made
    /// if need be, as Python's transformers loads them. Each file replaces an older one only when it is complete.
    /// </summary>
    /// <param name="directory">The folder.</param>
    /// <exception cref="ArgumentException">The weights are streamed from this very folder.</exception>
    /// <exception cref="IOException">The folder cannot be written to.</exception>
    public void Save(string directory)
    {
        ArgumentException.ThrowIfNullOrEmpty(directory);
        if (StreamedWeights is not null && FolderNames.AreSame(directory, StreamedWeights.Source))
            throw new ArgumentException($"The model's weights are streamed from {directory}, so it cannot be written to. Save the model in another folder.", nameof(directory));
        Directory.CreateDirectory(directory);
        Save(ModelFiles.IntoDirectory(directory));
    }

    /// <summary>Writes <c>config.json</c>, <c>model.safetensors</c>, the tokenizer's files and <c>generation_config.json</c>, if there was one, elsewhere, such as into an archive.</summary>
    /// <param name="writer">Is given each file in turn.</param>
    public void Save(ModelFileWriter writer)
    {
        ArgumentNullException.ThrowIfNull(writer);
        var configFile = _description.ConfigFile;
        _description.Write(writer, [
            new("architectures", new JsonArray(((DecoderFamily)configFile.Family).LanguageModelArchitecture)),
            .. WeightTypeField.Of(parameters(), configFile)]);
        writer(ModelFiles.Weights, stream => SafetensorsWriter.Write(
            stream, named_parameters().Select(item => (item.name, (Tensor)item.parameter)), StreamedWeights is { } streamed ? tensor => streamed.OpenToRead((Parameter)tensor) : null));
    }

    /// <summary>Builds a language model; what was built is disposed if anything fails.</summary>
    /// <param name="description">All but the weights.</param>
    /// <param name="parameters">Where the parameters come from.</param>
    /// <param name="requireFit">Throws if loaded parameters did not fit.</param>
    /// <param name="streamed">The weights that stay in their file; null if there are none.</param>
    internal static CausalLanguageModel Build(LanguageModelDescription description, ParameterSource parameters, Action requireFit, StreamedWeights? streamed = null)
    {
        var configFile = description.ConfigFile;
        if (configFile.Family is not DecoderFamily family || configFile.Config is not DecoderConfig config)
            throw new ModelLoadException(
                $"{description.Source}: a model of type '{configFile.Family.ModelType}' reads whole texts and predicts no next token. " +
                $"It serves PretrainedModel's CreateClassifier and CreateEncoder; language models are of type {ModelFamily.LanguageModelTypes}.");
        using var scope = NewDisposeScope();
        var decoder = family.CreateDecoder(parameters.Under(family.Prefix), config);
        var output = config.TieWordEmbeddings ? null : new Linear(parameters.Under(HeadName), config.HiddenSize, config.VocabularySize, hasBias: false);
        requireFit();
        var model = new CausalLanguageModel(description, decoder, output) { StreamedWeights = streamed };
        model.DetachParametersFromDisposeScope();
        return model;
    }

    private static CausalLanguageModel Load(
        LanguageModelDescription description, IEnumerable<(string Name, IReadOnlyList<long> Shape, Func<Tensor> Load)> tensors, Device? device, ScalarType? dtype,
        StreamedWeights? streamed = null)
    {
        var family = description.ConfigFile.Family;
        var parameters = new LoadedParameters(description.Source, tensors, family.Prefix, dtype, streamed);
        var model = Build(description, parameters.On(device), () => parameters.RequireFit(family.MayBeLeft), streamed);
        model.eval();
        return model;
    }
}
