namespace Microsoft.ML.AutoML;

/// <summary>An estimator whose parameters can be searched.</summary>
public class SweepableEstimator : ISweepable<IEstimator<ITransformer>>
{
    private readonly Func<MLContext, SearchSpace.Parameter, IEstimator<ITransformer>> _factory;

    public SweepableEstimator(Func<MLContext, SearchSpace.Parameter, IEstimator<ITransformer>> factory, SearchSpace.SearchSpace ss)
    {
        _factory = factory;
        SearchSpace = ss;
    }

    public SearchSpace.SearchSpace SearchSpace { get; set; }

    public virtual IEstimator<ITransformer> BuildFromOption(MLContext context, SearchSpace.Parameter param) => _factory(context, param);
}
