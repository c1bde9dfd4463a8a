namespace Microsoft.ML.Data;

/// <summary>An object of a user's class as a row, to be replaced by the next object.</summary>
internal sealed class ObjectRow<TRow> : DataViewRow where TRow : class
{
    private readonly RowMember[] _members;
    private TRow _current;
    private long _position = -1;

    public ObjectRow(SchemaDefinition definition)
    {
        var columns = SchemaDefinition.Bind(typeof(TRow), definition, SchemaDefinition.Direction.Read);
        _members = columns.Select(c => c.Member).ToArray();
        Schema = SchemaDefinition.ToSchema(columns);
    }

    public override DataViewSchema Schema { get; }

    public override long Position => _position;

    public override long Batch => 0;

    public void MoveTo(TRow row)
    {
        _current = row;
        _position++;
    }

    public override bool IsColumnActive(DataViewSchema.Column column) => true;

    public override ValueGetter<DataViewRowId> GetIdGetter() => (ref DataViewRowId id) => id = new DataViewRowId((ulong)_position, 0);

    public override ValueGetter<TValue> GetGetter<TValue>(DataViewSchema.Column column) =>
        Getters.Cast<TValue>(_members[column.Index].CreateGetter(() => _current));
}
