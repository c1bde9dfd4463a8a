namespace Microsoft.ML.BlockLlm.Tests;

/// <summary>Data that counts how often it begins to be read.</summary>
internal sealed class CountingDataView(IDataView data) : IDataView
{
    /// <summary>How many cursors were made.</summary>
    public int Cursors { get; private set; }

    public bool CanShuffle => data.CanShuffle;

    public DataViewSchema Schema => data.Schema;

    public long? GetRowCount() => data.GetRowCount();

    public DataViewRowCursor GetRowCursor(IEnumerable<DataViewSchema.Column> columnsNeeded, Random? rand = null)
    {
        Cursors++;
        return data.GetRowCursor(columnsNeeded, rand);
    }

    public DataViewRowCursor[] GetRowCursorSet(IEnumerable<DataViewSchema.Column> columnsNeeded, int n, Random? rand = null)
    {
        Cursors++;
        return data.GetRowCursorSet(columnsNeeded, n, rand);
    }
}
