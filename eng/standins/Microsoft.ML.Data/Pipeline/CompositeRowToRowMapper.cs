namespace Microsoft.ML.Data;

/// <summary>Row-to-row mappers one after the other.</summary>
internal sealed class CompositeRowToRowMapper(DataViewSchema inputSchema, IReadOnlyList<IRowToRowMapper> mappers) : IRowToRowMapper
{
    public DataViewSchema InputSchema => inputSchema;

    public DataViewSchema OutputSchema => mappers.Count == 0 ? inputSchema : mappers[^1].OutputSchema;

    public IEnumerable<DataViewSchema.Column> GetDependencies(IEnumerable<DataViewSchema.Column> dependingColumns) =>
        mappers.Reverse().Aggregate(dependingColumns, (columns, mapper) => mapper.GetDependencies(columns));

    public DataViewRow GetRow(DataViewRow input, IEnumerable<DataViewSchema.Column> activeColumns)
    {
        var needed = activeColumns.ToArray();
        var activePerMapper = new IEnumerable<DataViewSchema.Column>[mappers.Count];
        for (int i = mappers.Count - 1; i >= 0; i--)
        {
            activePerMapper[i] = needed;
            needed = mappers[i].GetDependencies(needed).ToArray();
        }
        return mappers.Zip(activePerMapper).Aggregate(input, (row, step) => step.First.GetRow(row, step.Second));
    }
}
