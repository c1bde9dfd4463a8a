namespace Microsoft.ML.AutoML;

/// <summary>A metric of multiclass classifiers.</summary>
public enum MulticlassClassificationMetric
{
    MicroAccuracy = 0,
    MacroAccuracy = 1,
    LogLoss = 2,
    LogLossReduction = 3,
    TopKAccuracy = 4,
}

internal sealed class MulticlassMetricManager(MulticlassClassificationMetric metric, string labelColumn, string predictedColumn) : IEvaluateMetricManager
{
    public string MetricName => metric.ToString();

    // As in the original, which takes the reduction of the log-loss for something to be small, too.
    public bool IsMaximize => metric is not (MulticlassClassificationMetric.LogLoss or MulticlassClassificationMetric.LogLossReduction);

    public double Evaluate(MLContext context, IDataView eval)
    {
        var metrics = context.MulticlassClassification.Evaluate(eval, labelColumn, predictedLabelColumnName: predictedColumn);
        return metric switch
        {
            MulticlassClassificationMetric.MicroAccuracy => metrics.MicroAccuracy,
            MulticlassClassificationMetric.MacroAccuracy => metrics.MacroAccuracy,
            MulticlassClassificationMetric.LogLoss => metrics.LogLoss,
            MulticlassClassificationMetric.LogLossReduction => metrics.LogLossReduction,
            _ => metrics.TopKAccuracy,
        };
    }
}
