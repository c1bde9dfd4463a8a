using Microsoft.ML.Tokenizers;
using static TorchSharp.torch;

namespace Microsoft.ML.BlockLlm.Models;

/// <summary>
/// A pretrained model in a Hugging Face folder: <c>config.json</c>, <c>tokenizer.json</c> and <c>model.safetensors</c>. It describes the
/// model and makes new ones from its weights; it holds no weights itself and never changes.
/// </summary>
public sealed class PretrainedModel
{
    private readonly ModelDescription _description;

    private PretrainedModel(string directory, ModelDescription description)
    {
        Directory = directory;
        _description = description;
    }

    /// <summary>The folder's full path.</summary>
    public string Directory { get; }

    /// <summary>The model's shape.</summary>
    public ModelConfig Config => _description.Config;

    /// <summary>The model's tokenizer.</summary>
    public Tokenizer Tokenizer => _description.Tokenizer;

    /// <summary>Reads the description of a model: configuration and tokenizer, but no weights yet.</summary>
    /// <param name="path">The folder.</param>
    /// <exception cref="ModelLoadException">The folder or one of its files is missing, cannot be read, or is not understood.</exception>
    public static PretrainedModel FromDirectory(string path)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        var directory = Path.GetFullPath(path);
        if (!System.IO.Directory.Exists(directory))
            throw new ModelLoadException($"The model folder '{directory}' does not exist. Give the folder that holds config.json.");
        return ModelFiles.Reading(directory, () =>
        {
            var description = ModelDescription.Read(ModelFiles.InDirectory(directory), directory);
            WeightFiles.RequireIn(directory);
            return new PretrainedModel(directory, description);
        });
    }

    /// <summary>Makes what turns texts into batches for this model.</summary>
    /// <param name="maxTokens">Cuts texts to fewer tokens than the model can take. Default: what it can take.</param>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="maxTokens"/> is less than 1 or more than the model takes.</exception>
    public BatchEncoder CreateBatchEncoder(int? maxTokens = null) => _description.CreateBatchEncoder(maxTokens);

    /// <summary>Makes the encoder with its pretrained weights, for sentence embeddings.</summary>
    /// <param name="pooling">How the vectors of a text's tokens become one. Default: the mean, or the model's pooling layer if it was trained to embed with it.</param>
    /// <returns>The encoder, on the CPU and in evaluation mode; the caller disposes it.</returns>
    /// <exception cref="ArgumentException">The model does not have this <paramref name="pooling"/>.</exception>
    /// <exception cref="ModelLoadException">The weights cannot be read or do not fit the configuration; every misfit is named.</exception>
    public TextEncoder CreateEncoder(TokenPooling? pooling = null) => ModelFiles.Reading(Directory, () =>
    {
        using var scope = NewDisposeScope();
        var parameters = OpenWeights();
        var encoder = Family.CreateEncoder(parameters.Under(Family.Prefix), Config, pooling ?? Family.EmbeddingPooling);
        parameters.RequireFit(MayBeLeft);
        encoder.DetachParametersFromDisposeScope();
        encoder.eval();
        return encoder;
    });

    /// <summary>Makes a classifier: the encoder with its pretrained weights, and a new head.</summary>
    /// <param name="classCount">How many classes there are, at least 2.</param>
    /// <param name="textPairs">Whether each row is a pair of texts. Default: one text.</param>
    /// <param name="dropout">Share of the encoder's features that training hides from the head, from 0 up to but not 1. Default: 0.1.</param>
    /// <param name="generator">Randomness for the head's weights: N(0, 0.02), bias 0. Default: torch's own.</param>
    /// <returns>The classifier, on the CPU and in training mode; the caller disposes it.</returns>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="classCount"/> or <paramref name="dropout"/> is out of range.</exception>
    /// <exception cref="ModelLoadException">The weights cannot be read or do not fit the configuration; every misfit is named.</exception>
    public SequenceClassifier CreateClassifier(int classCount, bool textPairs = false, double dropout = 0.1, Generator? generator = null)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(classCount, 2);
        if (dropout is not (>= 0 and < 1))
            throw new ArgumentOutOfRangeException(nameof(dropout), dropout, "dropout must be from 0 up to, but not, 1.");
        return ModelFiles.Reading(Directory, () =>
        {
            var parameters = OpenWeights();
            var shape = new ClassifierShape(classCount, textPairs, dropout);
            return SequenceClassifier.Build(_description, shape, parameters, new InitialParameters(generator),
                requireFit: () => parameters.RequireFit(MayBeLeft));
        });
    }

    private ModelFamily Family => _description.Family;

    private IEnumerable<string> MayBeLeft => [.. Family.HeadNames.Select(name => name + "."), .. Family.Spare];

    private LoadedParameters OpenWeights() => new(Directory, WeightFiles.Open(Directory), Family.Prefix);
}
