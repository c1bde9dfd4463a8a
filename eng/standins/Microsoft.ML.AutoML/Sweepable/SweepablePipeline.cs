using System.Globalization;
using Microsoft.ML.Data;
using Microsoft.ML.SearchSpace.Option;

namespace Microsoft.ML.AutoML;

/// <summary>Pipelines whose parameters, and whose steps where there are several to choose from, can be searched.</summary>
public class SweepablePipeline : ISweepable<EstimatorChain<ITransformer>>
{
    private const string SchemaOption = "_SCHEMA_";
    private const string Then = " * ";

    /// <summary>The possible pipelines, each as the names of its steps.</summary>
    private readonly IReadOnlyList<string[]> _schemas;

    internal SweepablePipeline()
        : this([], [[]])
    {
    }

    private SweepablePipeline(Dictionary<string, SweepableEstimator> estimators, IReadOnlyList<string[]> schemas)
    {
        Estimators = estimators;
        _schemas = schemas;
    }

    /// <summary>All steps under their names: e0, e1 and so on.</summary>
    public Dictionary<string, SweepableEstimator> Estimators { get; }

    public SearchSpace.SearchSpace SearchSpace => SearchSpaceOf(Estimators.Keys, Schemas);

    internal IReadOnlyList<string> Schemas => [.. _schemas.Select(steps => string.Join(Then, steps))];

    public EstimatorChain<ITransformer> BuildFromOption(MLContext context, SearchSpace.Parameter parameter) =>
        StepsOf(SchemaOf(parameter)).Aggregate(
            new EstimatorChain<ITransformer>(),
            (chain, step) => chain.Append(Estimators[step].BuildFromOption(context, parameter[step])));

    /// <summary>Appends a step: the one given, or any one of several.</summary>
    public SweepablePipeline Append(params ISweepable<IEstimator<ITransformer>>[] sweepables)
    {
        var estimators = new Dictionary<string, SweepableEstimator>(Estimators);
        var alternatives = sweepables.SelectMany(sweepable => SchemasOf(sweepable, estimators)).ToArray();
        return new SweepablePipeline(estimators, [.. from before in _schemas from after in alternatives select (string[])[.. before, .. after]]);
    }

    internal static string SchemaOf(SearchSpace.Parameter parameter) => parameter[SchemaOption].AsType<string>();

    /// <summary>The search space of one of the possible pipelines.</summary>
    internal SearchSpace.SearchSpace SearchSpaceOf(string schema) => SearchSpaceOf(StepsOf(schema), [schema]);

    private SearchSpace.SearchSpace SearchSpaceOf(IEnumerable<string> steps, IEnumerable<string> schemas)
    {
        var searchSpace = new SearchSpace.SearchSpace { [SchemaOption] = new ChoiceOption([.. schemas]) };
        foreach (var step in steps)
            searchSpace[step] = Estimators[step].SearchSpace;
        return searchSpace;
    }

    private static string[] StepsOf(string schema) => schema.Split(Then);

    private static IEnumerable<string[]> SchemasOf(ISweepable sweepable, Dictionary<string, SweepableEstimator> estimators)
    {
        if (sweepable is not SweepablePipeline pipeline)
            return [[Add((SweepableEstimator)sweepable)]];
        var names = pipeline.Estimators.ToDictionary(item => item.Key, item => Add(item.Value));
        return pipeline._schemas.Select(steps => steps.Select(step => names[step]).ToArray());

        string Add(SweepableEstimator estimator)
        {
            var name = string.Create(CultureInfo.InvariantCulture, $"e{estimators.Count}");
            estimators[name] = estimator;
            return name;
        }
    }
}
