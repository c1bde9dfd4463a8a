using Microsoft.ML.BlockLlm;
using Microsoft.ML.Runtime;

namespace Microsoft.ML;

/// <summary>
/// Class used by <see cref="MLContext"/> to create trainers of language models, which predict how texts go on, and to evaluate them.
/// </summary>
public sealed class LanguageModelingCatalog
{
    private readonly IHost _host;

    internal LanguageModelingCatalog(IHostEnvironment environment)
    {
        _host = environment.Register(nameof(LanguageModelingCatalog));
        Trainers = new LanguageModelingTrainers(environment);
    }

    /// <summary>The trainers for language modeling.</summary>
    public LanguageModelingTrainers Trainers { get; }

    /// <summary>Evaluates data that a language model has transformed, over all its tokens: each counts the same, whichever row it is in.</summary>
    /// <param name="data">The transformed data.</param>
    /// <param name="lossColumnName">Name of the column with the mean loss of the tokens of each row.</param>
    /// <param name="tokenCountColumnName">Name of the column with their number.</param>
    /// <param name="tokenAccuracyColumnName">Name of the column with the share of them that the model predicts.</param>
    /// <param name="byteCountColumnName">Name of the column with the number of bytes that they stand for.</param>
    /// <exception cref="ArgumentNullException"><paramref name="data"/> is null.</exception>
    /// <exception cref="ArgumentOutOfRangeException">A column is missing.</exception>
    /// <exception cref="OperationCanceledException">The context was told to cancel.</exception>
    /// <exception cref="InvalidOperationException">No row has a token that counts.</exception>
    public LanguageModelMetrics Evaluate(
        IDataView data,
        string lossColumnName = "Loss",
        string tokenCountColumnName = "TokenCount",
        string tokenAccuracyColumnName = "TokenAccuracy",
        string byteCountColumnName = "ByteCount")
    {
        ArgumentNullException.ThrowIfNull(data);
        return LanguageModelMetrics.Of(_host, data, lossColumnName, tokenCountColumnName, tokenAccuracyColumnName, byteCountColumnName);
    }
}
