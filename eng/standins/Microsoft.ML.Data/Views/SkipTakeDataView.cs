namespace Microsoft.ML.Data;

/// <summary>A run of a data view's rows: some skipped, then some taken.</summary>
internal sealed class SkipTakeDataView(IDataView source, long skip, long take) : IDataView
{
    public bool CanShuffle => false;

    public DataViewSchema Schema => source.Schema;

    public long? GetRowCount() => source.GetRowCount() is { } count ? Math.Min(take, Math.Max(0, count - skip)) : null;

    public DataViewRowCursor GetRowCursor(IEnumerable<DataViewSchema.Column> columnsNeeded, Random rand = null) =>
        new Cursor(source.GetRowCursor(columnsNeeded), skip, take);

    public DataViewRowCursor[] GetRowCursorSet(IEnumerable<DataViewSchema.Column> columnsNeeded, int n, Random rand = null) => [GetRowCursor(columnsNeeded, rand)];

    private sealed class Cursor(DataViewRowCursor input, long skip, long take) : WrappingCursor(input)
    {
        private long _toSkip = skip;
        private long _taken;

        public override long Position => _taken > 0 && Input.Position >= 0 ? _taken - 1 : -1;

        public override bool MoveNext()
        {
            for (; _toSkip > 0; _toSkip--)
            {
                if (!Input.MoveNext())
                    return false;
            }
            if (_taken < take && Input.MoveNext())
            {
                _taken++;
                return true;
            }
            _taken = 0;
            _toSkip = 0;
            Dispose();
            return false;
        }
    }
}
