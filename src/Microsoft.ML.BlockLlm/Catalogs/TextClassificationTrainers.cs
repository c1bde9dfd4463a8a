using Microsoft.ML.Runtime;

namespace Microsoft.ML;

/// <summary>Class used by <see cref="MLContext"/> to create instances of text classification trainers.</summary>
public sealed class TextClassificationTrainers
{
    internal TextClassificationTrainers(IHostEnvironment environment) => Environment = environment;

    internal IHostEnvironment Environment { get; }
}
