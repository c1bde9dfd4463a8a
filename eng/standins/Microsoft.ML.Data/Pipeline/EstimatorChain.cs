using Microsoft.ML.Runtime;

namespace Microsoft.ML.Data;

/// <summary>Estimators that are fitted one after the other, each on what the one before it makes of the data.</summary>
public sealed class EstimatorChain<TLastTransformer> : IEstimator<TransformerChain<TLastTransformer>>
    where TLastTransformer : class, ITransformer
{
    private readonly IReadOnlyList<EstimatorStep> _steps;

    public readonly IEstimator<TLastTransformer> LastEstimator;

    public EstimatorChain() : this([])
    {
    }

    internal EstimatorChain(IReadOnlyList<EstimatorStep> steps)
    {
        _steps = steps;
        LastEstimator = steps.LastOrDefault()?.Estimator as IEstimator<TLastTransformer>;
    }

    public TransformerChain<TLastTransformer> Fit(IDataView input)
    {
        Contracts.CheckValue(input, nameof(input));
        // A schema that does not fit is reported before any step is fitted.
        GetOutputSchema(SchemaShape.Create(input.Schema));
        var data = input;
        var transformers = new List<ITransformer>();
        foreach (var step in _steps)
        {
            var transformer = step.Estimator.Fit(data);
            transformers.Add(transformer);
            data = transformer.Transform(data);
            if (step.CacheAfter && transformers.Count < _steps.Count)
                data = new CacheDataView(data);
        }
        return new TransformerChain<TLastTransformer>(transformers, _steps.Select(step => step.Scope));
    }

    public SchemaShape GetOutputSchema(SchemaShape inputSchema) =>
        _steps.Aggregate(inputSchema, (schema, step) => step.Estimator.GetOutputSchema(schema));

    public EstimatorChain<TNewTrans> Append<TNewTrans>(IEstimator<TNewTrans> estimator, TransformerScope scope = TransformerScope.Everything)
        where TNewTrans : class, ITransformer
    {
        Contracts.CheckValue(estimator, nameof(estimator));
        return new EstimatorChain<TNewTrans>([.. _steps, new EstimatorStep(estimator, scope, CacheAfter: false)]);
    }

    /// <summary>Keeps the data in memory at this point while the rest of the chain is fitted.</summary>
    public EstimatorChain<TLastTransformer> AppendCacheCheckpoint(IHostEnvironment env)
    {
        Contracts.CheckValue(env, nameof(env));
        Contracts.Check(_steps.Count > 0, "Current estimator chain has no estimator, can't append cache checkpoint.");
        return new EstimatorChain<TLastTransformer>([.. _steps.SkipLast(1), _steps[^1] with { CacheAfter = true }]);
    }
}

internal sealed record EstimatorStep(IEstimator<ITransformer> Estimator, TransformerScope Scope, bool CacheAfter);
