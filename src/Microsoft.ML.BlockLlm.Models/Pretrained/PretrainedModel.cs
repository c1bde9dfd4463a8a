using Microsoft.ML.Tokenizers;
using static TorchSharp.torch;

namespace Microsoft.ML.BlockLlm.Models;

/// <summary>
/// A pretrained model in a Hugging Face folder: <c>config.json</c>, <c>tokenizer.json</c> and <c>model.safetensors</c>. It describes the
/// model and makes new ones from its weights; it holds no weights itself and never changes.
/// </summary>
/// <remarks>
/// Weights stored in 16 bits (float16, bfloat16) become float32, of twice their size, unless a model is asked for in bfloat16. The options of the ML.NET trainers say it as
/// <c>WeightType</c>.
/// </remarks>
public sealed class PretrainedModel
{
    private readonly ModelDescription _description;
    private readonly ulong? _seed;

    private PretrainedModel(string? directory, ModelDescription description, ulong? seed = null)
    {
        Directory = directory;
        _description = description;
        _seed = seed;
    }

    /// <summary>The folder's full path; of a model that begins without weights, that of the tokenizer's folder. Null if the tokenizer was learned and is in no folder.</summary>
    public string? Directory { get; }

    /// <summary>Whether models begin with pretrained weights, rather than with new ones.</summary>
    public bool HasPretrainedWeights => _seed is null;

    /// <summary>The model's shape.</summary>
    public ModelConfig Config => _description.Config;

    /// <summary>The model's tokenizer.</summary>
    public Tokenizer Tokenizer => _description.Tokenizer;

    /// <summary>Reads the description of a model: configuration and tokenizer, but no weights yet.</summary>
    /// <param name="path">The folder.</param>
    /// <exception cref="ModelLoadException">The folder or one of its files is missing, cannot be read, or is not understood.</exception>
    public static PretrainedModel FromDirectory(string path)
    {
        if (string.IsNullOrEmpty(path))
            throw Missing(path, nameof(path), "the model's folder");
        var directory = Path.GetFullPath(path);
        if (File.Exists(directory))
            throw new ModelLoadException($"'{directory}' is a file. Give the folder that holds config.json: '{Path.GetDirectoryName(directory)}'.");
        if (!System.IO.Directory.Exists(directory))
            throw new ModelLoadException($"The model folder '{directory}' does not exist. Give the folder that holds config.json.");
        return ModelFiles.Reading(directory, () =>
        {
            var description = ModelDescription.Read(ModelFiles.InDirectory(directory), directory);
            WeightFiles.RequireIn(directory);
            return new PretrainedModel(directory, description);
        });
    }

    /// <summary>
    /// Downloads a model from a hub, unless it is in the cache already, and reads its description. A download that broke off goes on where it
    /// was; a file appears under its name only when it is complete, and is checked against the digest that the hub gives for it as entity tag: SHA-256 or the id of a
    /// git blob. Of a file whose tag is no digest, it is checked only that the answer did not break off.
    /// </summary>
    /// <param name="name">The model's name, such as <c>owner/model</c>.</param>
    /// <param name="options">Revision, address, cache folder, offline mode. Default: the newest revision on Hugging Face.</param>
    /// <param name="cancellationToken">Ends the download early; what has come is kept.</param>
    /// <exception cref="ArgumentException"><paramref name="name"/> is no name of a model.</exception>
    /// <exception cref="ModelLoadException">The hub does not have the model, or has its weights as pickles only; a download failed, or the model is not understood.</exception>
    /// <exception cref="InvalidOperationException">The environment variable <c>HF_ENDPOINT</c> is no address.</exception>
    public static PretrainedModel FromHub(string name, HubOptions? options = null, CancellationToken cancellationToken = default)
    {
        if (string.IsNullOrEmpty(name))
            throw Missing(name, nameof(name), "a model of the hub, such as 'owner/model'");
        if (!HubCache.IsName(name))
            throw new ArgumentException($"'{name}' is no name of a model. Give one such as 'owner/model'.", nameof(name));
        var chosen = options ?? new HubOptions();
        if (chosen.Offline)
        {
            return FromDirectory(new HubCache(chosen.CacheDirectory, name).Find(chosen.Revision) ?? throw new ModelLoadException(
                $"{name}, revision {chosen.Revision}, is not in the cache folder '{chosen.CacheDirectory}', and the offline mode is on. Download it once without the offline mode."));
        }
        return ModelFiles.Reading(name, () =>
        {
            using var client = new HubClient(chosen);
            return FromDirectory(client.DownloadAsync(name, cancellationToken).GetAwaiter().GetResult());
        });
    }

    /// <summary>
    /// Describes a model that begins without pretrained weights, as transformers begins it, except that the padding token's embedding is not set to 0: weights N(0, <see cref="ModelConfig.InitializerRange"/>),
    /// biases 0, normalisation weights 1. (The code released with BERT, Devlin and others, 2018, arXiv 1810.04805, cuts the normal off at two standard deviations.)
    /// </summary>
    /// <param name="config">The shape.</param>
    /// <param name="tokenizerDirectory">The folder of the tokenizer; other files in it are not read.</param>
    /// <param name="seed">What the weights are made from: every model made from this description begins with the same ones. Default: 1.</param>
    /// <exception cref="ArgumentException">The family exists only pretrained.</exception>
    /// <exception cref="ModelLoadException">The configuration contradicts itself, or the tokenizer is missing, cannot be read, or has more pieces than the model embeddings.</exception>
    public static PretrainedModel FromConfig(ModelConfig config, string tokenizerDirectory, ulong seed = 1)
    {
        ArgumentNullException.ThrowIfNull(config);
        if (string.IsNullOrEmpty(tokenizerDirectory))
            throw Missing(tokenizerDirectory, nameof(tokenizerDirectory), "the folder of the tokenizer");
        if (config is UseLiteConfig)
            throw new ArgumentException("The Universal Sentence Encoder lite exists only pretrained. Load it from its folder.", nameof(config));
        var directory = Path.GetFullPath(tokenizerDirectory);
        return ModelFiles.Reading(directory, () =>
            new PretrainedModel(directory, ModelDescription.Of(config, ModelFiles.InDirectory(directory), directory), seed));
    }

    /// <summary>Describes a language model that begins without pretrained weights, with a tokenizer that was learned from text.</summary>
    /// <param name="config">
    /// The shape. The vocabulary's first special token begins and ends texts, unless the shape names other ids.
    /// </param>
    /// <param name="vocabulary">The vocabulary, no larger than <see cref="ModelConfig.VocabularySize"/>.</param>
    /// <param name="seed">What the weights are made from: every model made from this description begins with the same ones. Default: 1.</param>
    /// <exception cref="ModelLoadException">The configuration contradicts itself, or the vocabulary has more pieces than the model embeddings.</exception>
    public static PretrainedModel FromConfig(DecoderConfig config, BpeVocabulary vocabulary, ulong seed = 1)
    {
        ArgumentNullException.ThrowIfNull(config);
        ArgumentNullException.ThrowIfNull(vocabulary);
        return new PretrainedModel(directory: null, ModelDescription.Of(vocabulary.Complete(config), vocabulary.Files, "The learned vocabulary"), seed);
    }

    /// <summary>Makes what turns texts into batches for this model.</summary>
    /// <param name="maxTokens">
    /// Cuts texts to fewer tokens than the model can take. Default: what a folder of the sentence-transformers library says (<c>max_seq_length</c> in <c>sentence_bert_config.json</c>),
    /// or else what it can take.
    /// </param>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="maxTokens"/> is less than 1 or more than the model takes.</exception>
    /// <exception cref="ModelLoadException">What the folder says of the length cannot be read or is not supported.</exception>
    public BatchEncoder CreateBatchEncoder(int? maxTokens = null) => ModelFiles.Reading(_description.Source, () => _description.CreateBatchEncoder(maxTokens ?? MaxTokensOfFolder()));

    /// <summary>Makes the encoder with its pretrained weights, for sentence embeddings.</summary>
    /// <param name="pooling">
    /// How the vectors of a text's tokens become one. Default: what a folder of the sentence-transformers library says (<c>modules.json</c>), or else the
    /// mean, or the model's pooling layer if it was trained to embed with it.
    /// </param>
    /// <param name="device">Where the encoder is made. Default: the CPU.</param>
    /// <param name="dtype">
    /// Type of the weights in memory, whatever it is in the file: float32 or bfloat16, which takes half the memory and is used from the file as it stands if it is stored so. Default: float32.
    /// </param>
    /// <returns>The encoder, in evaluation mode; the caller disposes it.</returns>
    /// <exception cref="ArgumentException">The model does not have this <paramref name="pooling"/>. Or <paramref name="dtype"/> is neither float32 nor bfloat16, or not float32 for the Universal Sentence Encoder lite.</exception>
    /// <exception cref="ModelLoadException">The weights cannot be read or do not fit the configuration; every misfit is named.</exception>
    public TextEncoder CreateEncoder(TokenPooling? pooling = null, Device? device = null, ScalarType? dtype = null) => Build(dtype, (parameters, requireFit) =>
    {
        using var scope = NewDisposeScope();
        var encoder = Family.CreateEncoder(parameters.On(device).Under(Family.Prefix), Config, pooling ?? PoolingOfFolder() ?? Family.EmbeddingPooling);
        requireFit();
        encoder.DetachParametersFromDisposeScope();
        encoder.eval();
        return encoder;
    });

    /// <summary>Makes a classifier: the encoder with its pretrained weights, and a new head.</summary>
    /// <param name="classCount">How many classes there are, at least 2.</param>
    /// <param name="textPairs">Whether each row is a pair of texts. Default: one text.</param>
    /// <param name="dropout">Share of the encoder's features that training hides from the head, from 0 up to but not 1. Default: 0.1.</param>
    /// <param name="generator">Randomness for the head's weights: N(0, 0.02), bias 0. It is one of the CPU, whatever the device. Default: torch's own.</param>
    /// <param name="device">Where the classifier is made. Default: the CPU.</param>
    /// <param name="classNames">The classes' names, which <c>config.json</c> gets as <c>id2label</c>. Default: <c>LABEL_0</c>, <c>LABEL_1</c>, …; those of the folder belong to another head.</param>
    /// <param name="dtype">
    /// Type of the weights in memory, whatever it is in the file: float32 or bfloat16, which takes half the memory and is used from the file as it stands if it is stored so. Default: float32.
    /// </param>
    /// <returns>The classifier, in training mode; the caller disposes it.</returns>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="classCount"/> or <paramref name="dropout"/> is out of range.</exception>
    /// <exception cref="ArgumentException"><paramref name="classNames"/> are not as many as classes, or one of them is null. Or <paramref name="dtype"/> is neither float32 nor bfloat16, or not float32 for the Universal Sentence Encoder lite.</exception>
    /// <exception cref="ModelLoadException">The weights cannot be read or do not fit the configuration; every misfit is named.</exception>
    public SequenceClassifier CreateClassifier(
        int classCount, bool textPairs = false, double dropout = 0.1, Generator? generator = null, Device? device = null, IReadOnlyList<string>? classNames = null,
        ScalarType? dtype = null)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(classCount, 2);
        if (dropout is not (>= 0 and < 1))
            throw new ArgumentOutOfRangeException(nameof(dropout), dropout, "dropout must be from 0 up to, but not, 1.");
        if (classNames is not null && (classNames.Count != classCount || classNames.Contains(null!)))
            throw new ArgumentException($"classNames has {classNames.Count(name => name is not null)} names for {classCount} classes. Give one for each, or leave it out.", nameof(classNames));
        var shape = new ClassifierShape(classCount, textPairs, dropout, classNames is null ? null : [.. classNames]);
        return Build(dtype, (parameters, requireFit) =>
            SequenceClassifier.Build(_description, shape, parameters.On(device), new InitialParameters(generator, dtype: dtype).On(device), requireFit));
    }

    /// <summary>Makes the language model with its pretrained weights: a decoder's layers and the head that predicts each next token.</summary>
    /// <param name="device">Where the model is made. Default: the CPU.</param>
    /// <param name="dtype">
    /// Type of the weights in memory, whatever it is in the file: float32 or bfloat16, which takes half the memory and is used from the file as it stands if it is stored so. Default: float32.
    /// </param>
    /// <param name="streamed">
    /// Whether the weights stay in their file and are in memory for one stage at a time, so that a model may be larger than memory (<see cref="StreamedWeights"/>). Best with the
    /// <paramref name="dtype"/> that the file has: then they are mapped and nothing is copied. Default: false.
    /// </param>
    /// <returns>The model, in training mode; the caller disposes it, and must not change the weights' file before.</returns>
    /// <exception cref="ArgumentException">
    /// <paramref name="dtype"/> is neither float32 nor bfloat16, or not float32 for the Universal Sentence Encoder lite. Or <paramref name="streamed"/> is asked for on another device than the CPU.
    /// </exception>
    /// <exception cref="InvalidOperationException"><paramref name="streamed"/> is asked for, and the model begins with new weights.</exception>
    /// <exception cref="ModelLoadException">The model is no language model, or the weights cannot be read or do not fit the configuration; every misfit is named.</exception>
    public CausalLanguageModel CreateLanguageModel(Device? device = null, ScalarType? dtype = null, bool streamed = false)
    {
        var weights = streamed ? StreamWeights(device) : null;
        return Build(
            dtype, (parameters, requireFit) => CausalLanguageModel.Build(_description.ForLanguageModel(), parameters.On(device), requireFit, weights), weights);
    }

    private static ArgumentException Missing(string? value, string parameter, string what) => value is null
        ? new ArgumentNullException(parameter, $"{parameter} must name {what}, but is null.")
        : new ArgumentException($"{parameter} must name {what}, but is empty.", parameter);

    private ModelFamily Family => _description.Family;

    /// <summary>The folder of the weights; null if there are none.</summary>
    private string? WeightDirectory => HasPretrainedWeights ? Directory : null;

    private TokenPooling? PoolingOfFolder() => WeightDirectory is { } directory ? SentencePooling.Read(ModelFiles.InDirectory(directory), directory) : null;

    private int? MaxTokensOfFolder() => WeightDirectory is { } directory ? SentenceLength.Read(ModelFiles.InDirectory(directory), Config, directory) : null;

    private StreamedWeights StreamWeights(Device? device) =>
        WeightDirectory is not { } directory ? throw new InvalidOperationException($"{_description.Source} has no weights that could be streamed: it begins with new ones. Save a model first, and open its folder.")
        : device is null || device.type == TorchSharp.DeviceType.CPU ? new StreamedWeights(directory)
        : throw new ArgumentException($"Weights are streamed to the CPU alone, and the device is {device}. Leave out streamed, or the device.", nameof(device));

    private T Build<T>(ScalarType? dtype, Func<ParameterSource, Action, T> build, StreamedWeights? streamed = null) => ModelFiles.Reading(_description.Source, () =>
    {
        if (WeightDirectory is not { } directory)
        {
            using var generator = new Generator(_seed!.Value);
            return build(new InitialParameters(generator, Config.InitializerRange, Config.LayerCount, dtype), () => { });
        }
        var weights = new LoadedParameters(directory, WeightFiles.Open(directory), Family.Prefix, dtype, streamed);
        return build(weights, () => weights.RequireFit(Family.MayBeLeft));
    });
}
