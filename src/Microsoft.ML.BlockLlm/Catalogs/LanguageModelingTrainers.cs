using Microsoft.ML.Runtime;

namespace Microsoft.ML;

/// <summary>Class used by <see cref="MLContext"/> to create instances of language modeling trainers.</summary>
public sealed class LanguageModelingTrainers
{
    internal LanguageModelingTrainers(IHostEnvironment environment) => Environment = environment;

    internal IHostEnvironment Environment { get; }
}
