namespace Microsoft.ML.AutoML;

/// <summary>Something with parameters that can be searched.</summary>
public interface ISweepable
{
    SearchSpace.SearchSpace SearchSpace { get; }
}

/// <summary>Makes an estimator from parameters of its search space.</summary>
public interface ISweepable<out T> : ISweepable where T : IEstimator<ITransformer>
{
    T BuildFromOption(MLContext context, SearchSpace.Parameter parameter);
}
