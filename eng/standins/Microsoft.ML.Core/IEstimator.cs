namespace Microsoft.ML;

/// <summary>Learns a transformer from data.</summary>
public interface IEstimator<out TTransformer> where TTransformer : ITransformer
{
    TTransformer Fit(IDataView input);

    /// <summary>The columns that fitting will give, before any data is seen; throws if the input lacks what is needed.</summary>
    SchemaShape GetOutputSchema(SchemaShape inputSchema);
}
