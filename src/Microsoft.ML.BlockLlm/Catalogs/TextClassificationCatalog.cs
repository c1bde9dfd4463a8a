using Microsoft.ML.Runtime;

namespace Microsoft.ML;

/// <summary>
/// Class used by <see cref="MLContext"/> to create trainers that fine-tune language models to put texts into classes.
/// Evaluate what they predict with <see cref="MLContext.MulticlassClassification"/>.
/// </summary>
public sealed class TextClassificationCatalog
{
    internal TextClassificationCatalog(IHostEnvironment environment) => Trainers = new TextClassificationTrainers(environment);

    /// <summary>The trainers for text classification.</summary>
    public TextClassificationTrainers Trainers { get; }
}
