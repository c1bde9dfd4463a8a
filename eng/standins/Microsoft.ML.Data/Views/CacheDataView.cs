namespace Microsoft.ML.Data;

/// <summary>Keeps columns in memory once they have been read. The first cursor that moves over a column reads it to its end.</summary>
internal sealed class CacheDataView(IDataView source) : IDataView
{
    private readonly Lock _lock = new();
    private readonly ColumnStore[] _stores = source.Schema.Select(column => ColumnStore.Create(column.Type)).ToArray();
    private readonly bool[] _isFilled = new bool[source.Schema.Count];
    private List<DataViewRowId> _ids;

    public bool CanShuffle => true;

    public DataViewSchema Schema => source.Schema;

    public long? GetRowCount() => _ids?.Count ?? source.GetRowCount();

    public DataViewRowCursor GetRowCursor(IEnumerable<DataViewSchema.Column> columnsNeeded, Random rand = null) =>
        new Cursor(this, columnsNeeded.ToArray(), rand);

    public DataViewRowCursor[] GetRowCursorSet(IEnumerable<DataViewSchema.Column> columnsNeeded, int n, Random rand = null) => [GetRowCursor(columnsNeeded, rand)];

    public void Fill(IEnumerable<DataViewSchema.Column> columns)
    {
        lock (_lock)
        {
            var missing = columns.Where(column => !_isFilled[column.Index]).ToArray();
            if (missing.Length == 0 && _ids != null)
                return;
            foreach (var column in missing)
                _stores[column.Index].Clear();
            using var cursor = source.GetRowCursor(missing);
            var fillers = missing.Select(column => _stores[column.Index].Filler(cursor, column)).ToArray();
            var readId = cursor.GetIdGetter();
            var ids = new List<DataViewRowId>();
            while (cursor.MoveNext())
            {
                DataViewRowId id = default;
                readId(ref id);
                ids.Add(id);
                foreach (var fill in fillers)
                    fill();
            }
            _ids ??= ids;
            foreach (var column in missing)
                _isFilled[column.Index] = true;
        }
    }

    private sealed class Cursor(CacheDataView parent, DataViewSchema.Column[] columnsNeeded, Random rand) : CursorBase(parent.Schema, columnsNeeded)
    {
        private int[] _order;
        private int _next;

        public override ValueGetter<DataViewRowId> GetIdGetter() => (ref DataViewRowId id) => id = parent._ids[Current()];

        protected override bool MoveNextCore()
        {
            if (_order == null)
            {
                parent.Fill(columnsNeeded);
                _order = Enumerable.Range(0, parent._ids.Count).ToArray();
                rand?.Shuffle(_order);
            }
            return _next++ < _order.Length;
        }

        protected override Delegate CreateGetter(DataViewSchema.Column column) => parent._stores[column.Index].CreateGetter(Current);

        private int Current() => _order[_next - 1];
    }
}
