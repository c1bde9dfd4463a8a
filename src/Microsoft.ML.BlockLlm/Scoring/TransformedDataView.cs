namespace Microsoft.ML.BlockLlm.Scoring;

/// <summary>Data with the columns of a transformer added. Nothing is read or computed before a cursor moves.</summary>
internal sealed class TransformedDataView(IDataView input, RowMapping mapping) : IDataView
{
    public DataViewSchema Schema => mapping.OutputSchema;

    public bool CanShuffle => input.CanShuffle;

    public long? GetRowCount() => input.GetRowCount();

    public DataViewRowCursor GetRowCursor(IEnumerable<DataViewSchema.Column> columnsNeeded, Random? rand = null)
    {
        DataViewSchema.Column[] active = [.. columnsNeeded];
        return mapping.Map(input.GetRowCursor(mapping.InputsOf(active), rand), active);
    }

    public DataViewRowCursor[] GetRowCursorSet(IEnumerable<DataViewSchema.Column> columnsNeeded, int n, Random? rand = null)
    {
        DataViewSchema.Column[] active = [.. columnsNeeded];
        return [.. input.GetRowCursorSet(mapping.InputsOf(active), n, rand).Select(cursor => mapping.Map(cursor, active))];
    }
}
