using Microsoft.ML.BlockLlm;
using Microsoft.ML.BlockLlm.Models;
using Microsoft.ML.BlockLlm.Training;

namespace Microsoft.ML;

/// <summary>The BlockLLM trainers for text classification.</summary>
public static class BlockLlmTextClassificationExtensions
{
    /// <summary>Creates a <see cref="BlockLlmTextClassificationTrainer"/>, which fine-tunes a pretrained model with the BlockLLM method (arXiv 2406.17296).</summary>
    /// <param name="catalog">The trainers' catalog.</param>
    /// <param name="model">The pretrained model to start from.</param>
    /// <param name="labelColumnName">Name of the label column, a key of <see cref="uint"/>.</param>
    /// <param name="textColumnName">Name of the text column.</param>
    /// <param name="secondTextColumnName">Name of the column with the second text of each pair. Null if rows hold one text.</param>
    /// <param name="epochs">How often training goes through the data.</param>
    /// <param name="batchSize">How many rows go through the model at once.</param>
    /// <param name="sparsity">Share of the candidate weights that an update leaves alone, in [0, 1). 0 trains all of them: every weight but the token embeddings, unless <see cref="BlockLlmTextClassificationOptions.FreezeEmbeddings"/> is false.</param>
    /// <param name="learningRate">The learning rate at its highest, after warm-up.</param>
    /// <param name="validationSet">Data to evaluate the model on while it trains; the weights that did best on it are kept. It needs the columns of the training data, so transform it with the steps before this trainer.</param>
    /// <param name="checkpointDirectory">The folder that training saves itself in after every pass through the data, and from which fitting again goes on. Null for none.</param>
    /// <exception cref="ArgumentNullException"><paramref name="catalog"/> or <paramref name="model"/> is null.</exception>
    /// <exception cref="ArgumentOutOfRangeException">A value is out of its range.</exception>
    public static BlockLlmTextClassificationTrainer BlockLlm(
        this TextClassificationTrainers catalog,
        PretrainedModel model,
        string labelColumnName = "Label",
        string textColumnName = "Text",
        string? secondTextColumnName = null,
        int epochs = 3,
        int batchSize = 32,
        double sparsity = 0.95,
        double learningRate = 1e-3,
        IDataView? validationSet = null,
        string? checkpointDirectory = null) =>
        catalog.BlockLlm(new BlockLlmTextClassificationOptions
        {
            Model = model,
            LabelColumnName = labelColumnName,
            TextColumnName = textColumnName,
            SecondTextColumnName = secondTextColumnName,
            Epochs = epochs,
            BatchSize = batchSize,
            Sparsity = sparsity,
            LearningRate = learningRate,
            ValidationSet = validationSet,
            Checkpoints = checkpointDirectory is null ? null : new CheckpointOptions { Directory = checkpointDirectory },
        });

    /// <summary>Creates a <see cref="BlockLlmTextClassificationTrainer"/> with all its options.</summary>
    /// <param name="catalog">The trainers' catalog.</param>
    /// <param name="options">The options.</param>
    /// <exception cref="ArgumentNullException"><paramref name="catalog"/> or <paramref name="options"/> is null.</exception>
    /// <exception cref="ArgumentOutOfRangeException"><see cref="BlockLlmTextClassificationOptions.MaxTokens"/> is more than the model takes.</exception>
    public static BlockLlmTextClassificationTrainer BlockLlm(this TextClassificationTrainers catalog, BlockLlmTextClassificationOptions options)
    {
        ArgumentNullException.ThrowIfNull(catalog);
        return new BlockLlmTextClassificationTrainer(catalog.Environment, options);
    }
}
