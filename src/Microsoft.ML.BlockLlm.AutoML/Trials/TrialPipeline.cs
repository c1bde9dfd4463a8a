using System.Text.RegularExpressions;
using Microsoft.ML.AutoML;
using Microsoft.ML.Data;

namespace Microsoft.ML.BlockLlm.AutoML;

/// <summary>Fits a pipeline as its chain of estimators does, and leaves nothing in memory where one of the steps fails.</summary>
internal static partial class TrialPipeline
{
    /// <param name="pipeline">The pipeline.</param>
    /// <param name="context">The context of the trial.</param>
    /// <param name="parameter">The parameters of the pipeline.</param>
    /// <param name="data">The training data.</param>
    public static ITransformer Fit(SweepablePipeline pipeline, MLContext context, SearchSpace.Parameter parameter, IDataView data)
    {
        var fitted = new List<ITransformer>();
        try
        {
            // Of the schema, such as "e0 * e1", the names are in the order of the steps.
            return Name().Matches(parameter[TrialParameters.Schema].AsType<string>()).Select(match => match.Value).Where(pipeline.Estimators.ContainsKey)
                .Aggregate(new EstimatorChain<ITransformer>(), (chain, name) => chain.Append(new Step(pipeline.Estimators[name].BuildFromOption(context, parameter[name]), fitted)))
                .Fit(data);
        }
        catch
        {
            foreach (var transformer in fitted)
                (transformer as IDisposable)?.Dispose();
            throw;
        }
    }

    [GeneratedRegex(@"\w+")]
    private static partial Regex Name();

    /// <summary>A step that tells what it has fitted.</summary>
    private sealed class Step(IEstimator<ITransformer> estimator, List<ITransformer> fitted) : IEstimator<ITransformer>
    {
        public ITransformer Fit(IDataView input)
        {
            var transformer = estimator.Fit(input);
            fitted.Add(transformer);
            return transformer;
        }

        public SchemaShape GetOutputSchema(SchemaShape inputSchema) => estimator.GetOutputSchema(inputSchema);
    }
}
