namespace Microsoft.ML.Data;

/// <summary>A data view seen through a row-to-row mapper.</summary>
internal sealed class MappedDataView(IDataView input, ColumnMapper mapper) : IDataView
{
    public bool CanShuffle => input.CanShuffle;

    public DataViewSchema Schema => mapper.OutputSchema;

    public long? GetRowCount() => input.GetRowCount();

    public DataViewRowCursor GetRowCursor(IEnumerable<DataViewSchema.Column> columnsNeeded, Random rand = null)
    {
        var columns = columnsNeeded.ToArray();
        return new Cursor(input.GetRowCursor(mapper.GetDependencies(columns), rand), mapper, columns);
    }

    public DataViewRowCursor[] GetRowCursorSet(IEnumerable<DataViewSchema.Column> columnsNeeded, int n, Random rand = null)
    {
        var columns = columnsNeeded.ToArray();
        return input.GetRowCursorSet(mapper.GetDependencies(columns), n, rand)
            .Select(cursor => (DataViewRowCursor)new Cursor(cursor, mapper, columns))
            .ToArray();
    }

    private sealed class Cursor(DataViewRowCursor input, ColumnMapper mapper, IEnumerable<DataViewSchema.Column> columns)
        : WrappingCursor(input, new MappedRow(input, mapper, columns))
    {
        public override bool MoveNext() => Input.MoveNext();
    }
}
