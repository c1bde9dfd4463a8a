using Microsoft.ML.AutoML;

namespace Microsoft.ML.BlockLlm.AutoML;

/// <summary>By which figure of the validation data one language model is better than another.</summary>
public enum LanguageModelingMetric
{
    /// <summary>The lower mean loss of a token, in nats; e to the loss is the perplexity.</summary>
    Loss,

    /// <summary>The lower number of bits for each byte of text, which compares models with different tokenizers too.</summary>
    BitsPerByte,

    /// <summary>The higher share of tokens that the model holds for the likeliest.</summary>
    TokenAccuracy,
}

/// <summary>Measures it.</summary>
internal sealed class LanguageModelingMetricManager(LanguageModelingMetric metric) : IEvaluateMetricManager
{
    public bool IsMaximize => metric == LanguageModelingMetric.TokenAccuracy;

    public string MetricName => metric.ToString();

    public double Evaluate(MLContext context, IDataView eval)
    {
        var metrics = context.GetLanguageModeling().Evaluate(eval);
        return metric switch
        {
            LanguageModelingMetric.Loss => metrics.Loss,
            LanguageModelingMetric.BitsPerByte => metrics.BitsPerByte,
            _ => metrics.TokenAccuracy,
        };
    }
}
