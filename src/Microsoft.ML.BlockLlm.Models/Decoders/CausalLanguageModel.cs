using System.Text.Json.Nodes;
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

    private readonly ConfigFile _configFile;

    private CausalLanguageModel(ConfigFile configFile, Decoder decoder, Linear? output) : base(nameof(CausalLanguageModel))
    {
        _configFile = configFile;
        Stages = [.. decoder.Body, new LanguageModelHead(decoder.FinalNorm, output, output is null ? decoder.TokenEmbedding : null)];
        register_module(configFile.Family.Prefix, decoder);
        if (output is not null)
            register_module(HeadName, output);
    }

    /// <inheritdoc/>
    public override IReadOnlyList<Stage> Stages { get; }

    /// <summary>The model's shape.</summary>
    public DecoderConfig Config => (DecoderConfig)_configFile.Config;

    /// <summary>
    /// Makes a model with new weights, as its family begins: N(0, 0.02), or the standard deviation in the configuration; normalisation
    /// weights 1, biases 0; GPT-2's projections into the residual smaller by √(2 · layers).
    /// </summary>
    /// <param name="config">The shape.</param>
    /// <param name="generator">The source of randomness. Default: torch's own.</param>
    /// <returns>The model, on the CPU and in training mode; the caller disposes it.</returns>
    /// <exception cref="ModelLoadException">The configuration contradicts itself.</exception>
    public static CausalLanguageModel FromConfig(DecoderConfig config, Generator? generator = null)
    {
        ArgumentNullException.ThrowIfNull(config);
        return Build(ConfigFile.Of(config), new InitialParameters(generator, config.InitializerRange, config.LayerCount), () => { });
    }

    /// <summary>Loads a language model from a Hugging Face folder: <c>config.json</c> and <c>model.safetensors</c>, whole or in parts. The weights are mapped into memory.</summary>
    /// <param name="directory">The folder.</param>
    /// <returns>The model, on the CPU and in evaluation mode; the caller disposes it, and must not change the weights' file before.</returns>
    /// <exception cref="ModelLoadException">A file is missing or broken, the model is no language model, or the weights do not fit the configuration; every misfit is named.</exception>
    public static CausalLanguageModel Load(string directory)
    {
        ArgumentException.ThrowIfNullOrEmpty(directory);
        var source = Path.GetFullPath(directory);
        try
        {
            var configFile = ConfigFile.Read(ModelFiles.InDirectory(source), source);
            var parameters = new LoadedParameters(source, WeightFiles.Open(source), configFile.Family.Prefix);
            var model = Build(configFile, parameters, () => parameters.RequireFit([HeadName + "."]));
            model.eval();
            return model;
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            throw new ModelLoadException($"The model folder '{source}' cannot be read: {exception.Message}", exception);
        }
        catch (SafetensorsException exception)
        {
            throw new ModelLoadException(exception.Message, exception);
        }
    }

    /// <summary>
    /// Writes <c>config.json</c> and <c>model.safetensors</c> into a folder, which is made if need be, as Python's transformers loads them.
    /// Each file replaces an older one only when it is complete.
    /// </summary>
    /// <param name="directory">The folder.</param>
    /// <exception cref="IOException">The folder cannot be written to.</exception>
    public void Save(string directory)
    {
        ArgumentException.ThrowIfNullOrEmpty(directory);
        Directory.CreateDirectory(directory);
        Save(ModelFiles.IntoDirectory(directory));
    }

    /// <summary>Writes <c>config.json</c> and <c>model.safetensors</c> elsewhere, such as into an archive.</summary>
    /// <param name="writer">Is given each file in turn.</param>
    public void Save(ModelFileWriter writer)
    {
        ArgumentNullException.ThrowIfNull(writer);
        _configFile.Write(writer,
            new("architectures", new JsonArray(((DecoderFamily)_configFile.Family).LanguageModelArchitecture)),
            new("torch_dtype", "float32"));
        writer(ModelFiles.Weights, stream => SafetensorsWriter.Write(stream, named_parameters().Select(item => (item.name, (Tensor)item.parameter))));
    }

    private static CausalLanguageModel Build(ConfigFile configFile, ParameterSource parameters, Action requireFit)
    {
        if (configFile.Family is not DecoderFamily family || configFile.Config is not DecoderConfig config)
            throw new ModelLoadException($"A model of type '{configFile.Family.ModelType}' sees whole texts and predicts no next token. Load it with PretrainedModel.");
        using var scope = NewDisposeScope();
        var decoder = family.CreateDecoder(parameters.Under(family.Prefix), config);
        var output = config.TieWordEmbeddings ? null : new Linear(parameters.Under(HeadName), config.HiddenSize, config.VocabularySize, hasBias: false);
        requireFit();
        var model = new CausalLanguageModel(configFile, decoder, output);
        model.DetachParametersFromDisposeScope();
        return model;
    }
}
