namespace Microsoft.ML.Data;

/// <summary>How well a multiclass classifier did on labelled rows.</summary>
public sealed class MulticlassClassificationMetrics
{
    internal MulticlassClassificationMetrics()
    {
    }

    /// <summary>The mean of -ln p, with p the probability of the true class.</summary>
    public double LogLoss { get; internal init; }

    /// <summary>How much smaller the log-loss is than that of always answering the share of each class: 1 is perfect, 0 no better.</summary>
    public double LogLossReduction { get; internal init; }

    /// <summary>The mean over the classes of the share of their rows that are right.</summary>
    public double MacroAccuracy { get; internal init; }

    /// <summary>The share of rows that are right.</summary>
    public double MicroAccuracy { get; internal init; }

    /// <summary>The share of rows whose class is among the first <see cref="TopKPredictionCount"/> guesses.</summary>
    public double TopKAccuracy => TopKAccuracyForAllK?.LastOrDefault() ?? 0;

    public int TopKPredictionCount { get; internal init; }

    /// <summary>The top-k accuracy for k = 1, 2, … up to <see cref="TopKPredictionCount"/>; null if that is 0.</summary>
    public IReadOnlyList<double> TopKAccuracyForAllK { get; internal init; }

    public IReadOnlyList<double> PerClassLogLoss { get; internal init; }

    public ConfusionMatrix ConfusionMatrix { get; internal init; }
}
