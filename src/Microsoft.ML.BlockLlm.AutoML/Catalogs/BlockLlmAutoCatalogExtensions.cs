using Microsoft.ML.BlockLlm;
using Microsoft.ML.BlockLlm.AutoML;
using Microsoft.ML.BlockLlm.Models;

namespace Microsoft.ML.AutoML;

/// <summary>The BlockLLM trainers as sweepable estimators, for a <see cref="SweepablePipeline"/>.</summary>
/// <remarks>
/// <format type="text/markdown"><![CDATA[
/// What a sweep varies, unless a search space says otherwise:
///
/// | Name | Values |
/// | -- | -- |
/// | `Method` | BlockLLM, LoRA: two methods that take little memory; only if the options have BlockLLM and the model is one that LoRA trains: pretrained, with frozen embeddings |
/// | `LearningRate` | from a tenth of the options' learning rate to ten times it, on a logarithmic scale |
/// | `Sparsity` | 0.5, 0.8, 0.9, 0.95, 0.98, 0.99: about equal steps of the logarithm of the budget; only of BlockLLM, other methods leave it aside |
/// | `Patience` | 10, 25, 50, 100, 200: the m of the published rule of re-selection; only of BlockLLM, and only if the options have that rule |
/// | `Epochs` | 1, 2, 3, 4, 6, 8; for language models 1, 2, 3, and only if the options have no `MaxSteps` |
/// | `BatchSize` | 8, 16, 32, 64; for language models 4, 8, 16, 32 |
///
/// The value that the options have is always among them, and is where a search begins. An entry of the search space given takes the place of that name: `["LearningRate"] = new UniformDoubleOption(1e-4, 1e-3, logBase: true)`
/// narrows a range, `["Epochs"] = new ChoiceOption(2)` fixes a value, `["Method"] = new ChoiceOption("BlockLlm", "Lora", "AdamW")` names the methods to try, of
/// <xref:Microsoft.ML.BlockLlm.Training.TrainingMethod.All>. That of the options has their settings, any other its defaults; the learning rate is every method's. All else is as in the options.
///
/// AutoML's tuner of grids shifts its grid by one for every choice of one value, and a pipeline has such a choice for the order of its steps, so that values follow from the place of another parameter. To try given
/// values use another tuner, such as that of random search.
/// ]]></format>
/// </remarks>
public static class BlockLlmAutoCatalogExtensions
{
    /// <summary>Makes a sweepable <see cref="BlockLlmTextClassificationTrainer"/>.</summary>
    /// <param name="catalog">The AutoML catalog.</param>
    /// <param name="model">The pretrained model to start from.</param>
    /// <param name="labelColumnName">Name of the label column, a key of <see cref="uint"/>.</param>
    /// <param name="textColumnName">Name of the text column.</param>
    /// <param name="searchSpace">Entries that take the place of the default ones; see the remarks of this class. Null for the defaults.</param>
    /// <exception cref="ArgumentNullException"><paramref name="catalog"/> or <paramref name="model"/> is null.</exception>
    /// <exception cref="ArgumentException">The search space has a name that is none of those above, or values that the trainer does not take.</exception>
    public static SweepableEstimator BlockLlmTextClassification(
        this AutoCatalog catalog, PretrainedModel model, string labelColumnName = "Label", string textColumnName = "Text", SearchSpace.SearchSpace? searchSpace = null) =>
        catalog.BlockLlmTextClassification(
            new BlockLlmTextClassificationOptions { Model = model, LabelColumnName = labelColumnName, TextColumnName = textColumnName }, searchSpace);

    /// <summary>Makes a sweepable <see cref="BlockLlmTextClassificationTrainer"/> with all its options.</summary>
    /// <param name="catalog">The AutoML catalog.</param>
    /// <param name="options">The options that the sweep does not vary, and where it begins.</param>
    /// <param name="searchSpace">Entries that take the place of the default ones; see the remarks of this class. Null for the defaults.</param>
    /// <exception cref="ArgumentNullException"><paramref name="catalog"/> or <paramref name="options"/> is null.</exception>
    /// <exception cref="ArgumentException">The search space has a name that is none of those above, or values that the trainer does not take; or the options have checkpoints or a cancellation token, or go back to checkpoints where training diverges.</exception>
    public static SweepableEstimator BlockLlmTextClassification(
        this AutoCatalog catalog, BlockLlmTextClassificationOptions options, SearchSpace.SearchSpace? searchSpace = null)
    {
        ArgumentNullException.ThrowIfNull(catalog);
        ArgumentNullException.ThrowIfNull(options);
        SweptOptions.Check(options);
        return new BlockLlmSweepableEstimator(
            TrainerSearchSpace.Of(options).With(searchSpace, values => values.ApplyTo(options)),
            (context, values, trial) => context.GetTextClassification().Trainers.BlockLlm(trial.ApplyTo(values.ApplyTo(options))));
    }

    /// <summary>Makes a sweepable <see cref="BlockLlmLanguageModelTrainer"/>.</summary>
    /// <param name="catalog">The AutoML catalog.</param>
    /// <param name="model">The model to start from: a pretrained one, or one that begins with new weights.</param>
    /// <param name="textColumnName">Name of the text column.</param>
    /// <param name="searchSpace">Entries that take the place of the default ones; see the remarks of this class. Null for the defaults.</param>
    /// <exception cref="ArgumentNullException"><paramref name="catalog"/> or <paramref name="model"/> is null.</exception>
    /// <exception cref="ArgumentException">The search space has a name that is none of those above, or values that the trainer does not take.</exception>
    public static SweepableEstimator BlockLlmLanguageModel(
        this AutoCatalog catalog, PretrainedModel model, string textColumnName = "Text", SearchSpace.SearchSpace? searchSpace = null)
    {
        ArgumentNullException.ThrowIfNull(model);
        return catalog.BlockLlmLanguageModel(new BlockLlmLanguageModelOptions { Model = model, TextColumnName = textColumnName }, searchSpace);
    }

    /// <summary>Makes a sweepable <see cref="BlockLlmLanguageModelTrainer"/> with all its options.</summary>
    /// <param name="catalog">The AutoML catalog.</param>
    /// <param name="options">The options that the sweep does not vary, and where it begins.</param>
    /// <param name="searchSpace">Entries that take the place of the default ones; see the remarks of this class. Null for the defaults.</param>
    /// <exception cref="ArgumentNullException"><paramref name="catalog"/> or <paramref name="options"/> is null.</exception>
    /// <exception cref="ArgumentException">The search space has a name that is none of those above, or values that the trainer does not take; or the options have checkpoints or a cancellation token, or go back to checkpoints where training diverges.</exception>
    public static SweepableEstimator BlockLlmLanguageModel(
        this AutoCatalog catalog, BlockLlmLanguageModelOptions options, SearchSpace.SearchSpace? searchSpace = null)
    {
        ArgumentNullException.ThrowIfNull(catalog);
        ArgumentNullException.ThrowIfNull(options);
        SweptOptions.Check(options);
        return new BlockLlmSweepableEstimator(
            TrainerSearchSpace.Of(options).With(searchSpace, values => values.ApplyTo(options)),
            (context, values, trial) => context.GetLanguageModeling().Trainers.BlockLlm(trial.ApplyTo(values.ApplyTo(options))));
    }
}
