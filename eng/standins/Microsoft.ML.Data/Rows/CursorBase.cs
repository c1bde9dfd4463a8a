namespace Microsoft.ML.Data;

/// <summary>A cursor that makes its rows itself.</summary>
internal abstract class CursorBase : DataViewRowCursor
{
    private readonly bool[] _active;
    private readonly Delegate[] _getters;
    private long _position = -1;
    private bool _isDone;

    protected CursorBase(DataViewSchema schema, IEnumerable<DataViewSchema.Column> columnsNeeded)
    {
        Schema = schema;
        _active = Getters.ActiveFlags(schema, columnsNeeded);
        _getters = new Delegate[schema.Count];
    }

    public sealed override DataViewSchema Schema { get; }

    public sealed override long Position => _position;

    public override long Batch => 0;

    public sealed override bool IsColumnActive(DataViewSchema.Column column) => _active[column.Index];

    public sealed override ValueGetter<TValue> GetGetter<TValue>(DataViewSchema.Column column)
    {
        Getters.CheckActive(this, column);
        return Getters.Cast<TValue>(_getters[column.Index] ??= CreateGetter(Schema[column.Index]));
    }

    /// <summary>By default a row's id is its position: right wherever rows come in a fixed order.</summary>
    public override ValueGetter<DataViewRowId> GetIdGetter() => (ref DataViewRowId id) => id = new DataViewRowId((ulong)Position, 0);

    public sealed override bool MoveNext()
    {
        if (_isDone)
            return false;
        if (MoveNextCore())
        {
            _position++;
            return true;
        }
        _isDone = true;
        _position = -1;
        Dispose();
        return false;
    }

    protected abstract bool MoveNextCore();

    protected abstract Delegate CreateGetter(DataViewSchema.Column column);

    protected override void Dispose(bool disposing)
    {
        _isDone = true;
        base.Dispose(disposing);
    }
}
