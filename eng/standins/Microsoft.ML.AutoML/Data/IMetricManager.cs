namespace Microsoft.ML.AutoML;

/// <summary>By what trials are compared.</summary>
public interface IMetricManager
{
    bool IsMaximize { get; }

    string MetricName { get; }
}

/// <summary>Measures it on transformed data.</summary>
public interface IEvaluateMetricManager : IMetricManager
{
    double Evaluate(MLContext context, IDataView eval);
}
