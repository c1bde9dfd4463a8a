using Microsoft.ML.BlockLlm;
using Microsoft.ML.BlockLlm.Models;
using Microsoft.ML.BlockLlm.Training;

namespace Microsoft.ML;

/// <summary>The BlockLLM trainers for language modeling.</summary>
public static class BlockLlmLanguageModelExtensions
{
    /// <summary>Creates a <see cref="BlockLlmLanguageModelTrainer"/>, which trains a language model with the BlockLLM method (arXiv 2406.17296).</summary>
    /// <param name="catalog">The trainers' catalog.</param>
    /// <param name="model">The model to start from: a pretrained one, or one that begins with new weights.</param>
    /// <param name="textColumnName">Name of the text column.</param>
    /// <param name="epochs">How often training goes through the data.</param>
    /// <param name="maxSteps">How many updates to make, whatever <paramref name="epochs"/> says; the data is then not counted first. Null for the number that <paramref name="epochs"/> give.</param>
    /// <param name="batchSize">How many sequences go through the model at once.</param>
    /// <param name="sequenceLength">The most tokens of a sequence. Null for what the model takes, but no more than 1,024.</param>
    /// <param name="sparsity">Share of the candidate weights that an update leaves alone, in [0, 1).</param>
    /// <param name="learningRate">The learning rate at its highest, after warm-up.</param>
    /// <param name="validationSet">Data to evaluate the model on while it trains; the weights that did best on it are kept.</param>
    /// <param name="checkpointDirectory">The folder that training saves itself in after every pass through the data, and from which fitting again goes on. Null for none.</param>
    /// <exception cref="ArgumentNullException"><paramref name="catalog"/> or <paramref name="model"/> is null.</exception>
    /// <exception cref="ArgumentOutOfRangeException">A value is out of its range.</exception>
    public static BlockLlmLanguageModelTrainer BlockLlm(
        this LanguageModelingTrainers catalog,
        PretrainedModel model,
        string textColumnName = "Text",
        int epochs = 1,
        int? maxSteps = null,
        int batchSize = 8,
        int? sequenceLength = null,
        double sparsity = 0.95,
        double learningRate = 1e-3,
        IDataView? validationSet = null,
        string? checkpointDirectory = null)
    {
        ArgumentNullException.ThrowIfNull(model);
        return catalog.BlockLlm(new BlockLlmLanguageModelOptions
        {
            Model = model,
            TextColumnName = textColumnName,
            Epochs = epochs,
            MaxSteps = maxSteps,
            BatchSize = batchSize,
            SequenceLength = sequenceLength,
            Sparsity = sparsity,
            LearningRate = learningRate,
            ValidationSet = validationSet,
            Checkpoints = checkpointDirectory is null ? null : new CheckpointOptions { Directory = checkpointDirectory },
        });
    }

    /// <summary>Creates a <see cref="BlockLlmLanguageModelTrainer"/> with all its options.</summary>
    /// <param name="catalog">The trainers' catalog.</param>
    /// <param name="options">The options.</param>
    /// <exception cref="ArgumentNullException"><paramref name="catalog"/> or <paramref name="options"/> is null.</exception>
    /// <exception cref="ArgumentException">Options contradict each other.</exception>
    /// <exception cref="ModelLoadException">The folder's chat template is needed and missing, or uses something that is not supported.</exception>
    public static BlockLlmLanguageModelTrainer BlockLlm(this LanguageModelingTrainers catalog, BlockLlmLanguageModelOptions options)
    {
        ArgumentNullException.ThrowIfNull(catalog);
        return new BlockLlmLanguageModelTrainer(catalog.Environment, options);
    }
}
