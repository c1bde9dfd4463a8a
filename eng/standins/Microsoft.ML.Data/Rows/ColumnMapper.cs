namespace Microsoft.ML.Data;

/// <summary>A column computed from one input column; <paramref name="CreateGetter"/> is given the input row.</summary>
internal sealed record AddedColumn(
    string Name,
    DataViewType Type,
    DataViewSchema.Annotations Annotations,
    DataViewSchema.Column Input,
    Func<DataViewRow, Delegate> CreateGetter);

/// <summary>Maps rows to rows with more columns: the input's first, then the added ones.</summary>
internal sealed class ColumnMapper : IRowToRowMapper
{
    public ColumnMapper(DataViewSchema inputSchema, IReadOnlyList<AddedColumn> addedColumns)
    {
        InputSchema = inputSchema;
        AddedColumns = addedColumns;
        var builder = new DataViewSchema.Builder();
        builder.AddColumns(inputSchema);
        foreach (var column in addedColumns)
            builder.AddColumn(column.Name, column.Type, column.Annotations);
        OutputSchema = builder.ToSchema();
    }

    public DataViewSchema InputSchema { get; }

    public DataViewSchema OutputSchema { get; }

    public IReadOnlyList<AddedColumn> AddedColumns { get; }

    public IEnumerable<DataViewSchema.Column> GetDependencies(IEnumerable<DataViewSchema.Column> dependingColumns) =>
        dependingColumns
            .Select(c => c.Index < InputSchema.Count ? InputSchema[c.Index] : AddedColumns[c.Index - InputSchema.Count].Input)
            .DistinctBy(c => c.Index)
            .ToArray();

    public DataViewRow GetRow(DataViewRow input, IEnumerable<DataViewSchema.Column> activeColumns) => new MappedRow(input, this, activeColumns);
}
