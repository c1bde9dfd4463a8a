namespace Microsoft.ML.Data;

/// <summary>A row with columns added by a <see cref="ColumnMapper"/>.</summary>
internal sealed class MappedRow : DataViewRow
{
    private readonly DataViewRow _input;
    private readonly ColumnMapper _mapper;
    private readonly bool[] _active;
    private readonly Delegate[] _getters;

    public MappedRow(DataViewRow input, ColumnMapper mapper, IEnumerable<DataViewSchema.Column> activeColumns)
    {
        _input = input;
        _mapper = mapper;
        _active = Getters.ActiveFlags(mapper.OutputSchema, activeColumns);
        _getters = new Delegate[mapper.OutputSchema.Count];
    }

    public override DataViewSchema Schema => _mapper.OutputSchema;

    public override long Position => _input.Position;

    public override long Batch => _input.Batch;

    public override ValueGetter<DataViewRowId> GetIdGetter() => _input.GetIdGetter();

    public override bool IsColumnActive(DataViewSchema.Column column) => _active[column.Index];

    public override ValueGetter<TValue> GetGetter<TValue>(DataViewSchema.Column column)
    {
        Getters.CheckActive(this, column);
        int inputCount = _mapper.InputSchema.Count;
        if (column.Index < inputCount)
            return _input.GetGetter<TValue>(_mapper.InputSchema[column.Index]);
        return Getters.Cast<TValue>(_getters[column.Index] ??= _mapper.AddedColumns[column.Index - inputCount].CreateGetter(_input));
    }

    protected override void Dispose(bool disposing)
    {
        if (disposing)
            _input.Dispose();
        base.Dispose(disposing);
    }
}
