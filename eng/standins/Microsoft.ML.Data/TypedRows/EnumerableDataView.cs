namespace Microsoft.ML.Data;

/// <summary>Objects seen as a data view: they are enumerated anew by each cursor, as it moves.</summary>
internal sealed class EnumerableDataView<TRow> : IDataView where TRow : class
{
    private readonly IEnumerable<TRow> _rows;
    private readonly RowMember[] _members;

    public EnumerableDataView(IEnumerable<TRow> rows, SchemaDefinition definition)
    {
        _rows = rows;
        var columns = SchemaDefinition.Bind(typeof(TRow), definition, SchemaDefinition.Direction.Read);
        _members = columns.Select(c => c.Member).ToArray();
        Schema = SchemaDefinition.ToSchema(columns);
    }

    public bool CanShuffle => false;

    public DataViewSchema Schema { get; }

    public long? GetRowCount() => (_rows as ICollection<TRow>)?.Count;

    public DataViewRowCursor GetRowCursor(IEnumerable<DataViewSchema.Column> columnsNeeded, Random rand = null) => new Cursor(this, columnsNeeded);

    public DataViewRowCursor[] GetRowCursorSet(IEnumerable<DataViewSchema.Column> columnsNeeded, int n, Random rand = null) => [GetRowCursor(columnsNeeded, rand)];

    private sealed class Cursor(EnumerableDataView<TRow> parent, IEnumerable<DataViewSchema.Column> columnsNeeded)
        : CursorBase(parent.Schema, columnsNeeded)
    {
        private readonly IEnumerator<TRow> _rows = parent._rows.GetEnumerator();

        protected override bool MoveNextCore() => _rows.MoveNext();

        protected override Delegate CreateGetter(DataViewSchema.Column column) => parent._members[column.Index].CreateGetter(() => _rows.Current);

        protected override void Dispose(bool disposing)
        {
            if (disposing)
                _rows.Dispose();
            base.Dispose(disposing);
        }
    }
}
