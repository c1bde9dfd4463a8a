using Microsoft.ML.Runtime;

namespace Microsoft.ML.BlockLlm;

/// <summary>How well a language model predicts texts.</summary>
public sealed class LanguageModelMetrics
{
    private LanguageModelMetrics(double lossSum, double correct, long tokens, long bytes)
    {
        TokenCount = tokens;
        Loss = lossSum / tokens;
        BitsPerByte = lossSum / (Math.Log(2) * bytes);
        TokenAccuracy = correct / tokens;
    }

    /// <summary>Mean negative log-likelihood of a token, in nats.</summary>
    public double Loss { get; }

    /// <summary>e to the <see cref="Loss"/>: among how many equally likely tokens the model has to choose, so to speak.</summary>
    public double Perplexity => Math.Exp(Loss);

    /// <summary>Bits for each byte of text (UTF-8) that an arithmetic coder would need with the model. Unlike the perplexity it can be compared between models with different tokenizers.</summary>
    public double BitsPerByte { get; }

    /// <summary>Share of the tokens that the model holds for the likeliest, in [0, 1].</summary>
    public double TokenAccuracy { get; }

    /// <summary>How many tokens were predicted.</summary>
    public long TokenCount { get; }

    internal static LanguageModelMetrics Of(IHost host, IDataView data, string lossColumn, string tokensColumn, string accuracyColumn, string bytesColumn)
    {
        var columns = new[] { lossColumn, tokensColumn, accuracyColumn, bytesColumn }.Select(name => data.Schema.GetColumnOrNull(name) ?? throw new ArgumentOutOfRangeException(
            nameof(data), $"Could not find column '{name}'. Evaluate needs data that a language model has transformed.")).ToArray();
        using var cursor = data.GetRowCursor(columns);
        var (getLoss, getTokens) = (cursor.GetGetter<float>(columns[0]), cursor.GetGetter<int>(columns[1]));
        var (getAccuracy, getBytes) = (cursor.GetGetter<float>(columns[2]), cursor.GetGetter<int>(columns[3]));
        var (lossSum, correct, tokenSum, byteSum) = (0.0, 0.0, 0L, 0L);
        while (cursor.MoveNext())
        {
            host.CheckAlive();
            var (loss, accuracy, tokens, bytes) = (0f, 0f, 0, 0);
            getTokens(ref tokens);
            if (tokens == 0)
                continue;
            getLoss(ref loss);
            getAccuracy(ref accuracy);
            getBytes(ref bytes);
            lossSum += (double)loss * tokens;
            correct += (double)accuracy * tokens;
            tokenSum += tokens;
            byteSum += bytes;
        }
        return tokenSum > 0
            ? new LanguageModelMetrics(lossSum, correct, tokenSum, byteSum)
            : throw new InvalidOperationException("The data has no row with a token to predict, so there is nothing to evaluate.");
    }
}
