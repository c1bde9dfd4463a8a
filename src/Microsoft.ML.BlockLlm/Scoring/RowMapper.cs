using Microsoft.ML.Data;

namespace Microsoft.ML.BlockLlm.Scoring;

/// <summary>Transforms one row at a time, as a prediction engine does.</summary>
internal sealed class RowMapper(RowMapping mapping) : IRowToRowMapper
{
    public DataViewSchema InputSchema => mapping.InputSchema;

    public DataViewSchema OutputSchema => mapping.OutputSchema;

    public IEnumerable<DataViewSchema.Column> GetDependencies(IEnumerable<DataViewSchema.Column> dependingColumns) => mapping.InputsOf(dependingColumns);

    public DataViewRow GetRow(DataViewRow input, IEnumerable<DataViewSchema.Column> activeColumns)
    {
        ArgumentNullException.ThrowIfNull(input);
        ArgumentNullException.ThrowIfNull(activeColumns);
        return input.Schema == InputSchema
            ? mapping.Map(input, [.. activeColumns])
            : throw new ArgumentException("The row has another schema than the mapper was made for.", nameof(input));
    }
}
