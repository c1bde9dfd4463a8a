using Microsoft.ML.Data;

namespace Microsoft.ML.BlockLlm.Scoring;

/// <summary>Reads some input rows ahead, so that a model can compute on them together when the first of its values is asked for.</summary>
internal abstract class ReadAheadCursor : DataViewRowCursor
{
    /// <summary>Rows that are read ahead at first. A consumer that goes on gets twice as many each time, so that the first row is there soon and later ones are computed in large groups.</summary>
    public const int FirstRows = 32;

    private readonly DataViewRowCursor _input;
    private readonly RowMapping _mapping;
    private readonly Dictionary<int, ColumnBuffer> _buffers;
    private readonly HashSet<int> _active;
    private readonly ValueGetter<DataViewRowId> _id;

    private readonly DataViewRowId[] _ids;
    private readonly long[] _batches;
    private int _rowsAhead = FirstRows;
    private int _slot = -1;
    private long _rows;

    /// <summary>Makes a cursor, which owns its input from then on.</summary>
    /// <param name="input">The rows.</param>
    /// <param name="mapping">What is added to them.</param>
    /// <param name="activeColumns">The columns that are wanted.</param>
    /// <param name="capacity">Most rows that are read ahead, at least <see cref="FirstRows"/>.</param>
    protected ReadAheadCursor(DataViewRowCursor input, RowMapping mapping, IEnumerable<DataViewSchema.Column> activeColumns, int capacity)
    {
        _input = input;
        _ids = new DataViewRowId[capacity];
        _batches = new long[capacity];
        _mapping = mapping;
        _active = [.. activeColumns.Select(column => column.Index)];
        _buffers = _active.Where(index => index < mapping.InputSchema.Count)
            .ToDictionary(index => index, index => ColumnBuffer.Create(input, mapping.InputSchema[index], capacity));
        _id = input.GetIdGetter();
    }

    public override DataViewSchema Schema => _mapping.OutputSchema;

    public override long Position => _slot < 0 ? -1 : _rows - 1;

    public override long Batch => _slot < 0 ? _input.Batch : _batches[_slot];

    /// <summary>How many rows were read ahead.</summary>
    protected int Count { get; private set; }

    /// <summary>The place of the current row among those read ahead.</summary>
    /// <exception cref="InvalidOperationException">The cursor stands on no row.</exception>
    protected int CurrentSlot =>
        _slot >= 0 ? _slot : throw new InvalidOperationException("The cursor stands on no row. Call MoveNext first, and read only while it returns true.");

    public override bool MoveNext()
    {
        if (_slot + 1 >= Count)
            ReadAhead();
        if (Count == 0)
            return false;
        _slot++;
        _rows++;
        return true;
    }

    public override bool IsColumnActive(DataViewSchema.Column column) => _active.Contains(column.Index);

    public override ValueGetter<TValue> GetGetter<TValue>(DataViewSchema.Column column)
    {
        if (!IsColumnActive(column))
            throw new InvalidOperationException($"Column '{column.Name}' is not active in this cursor. Name it when asking for the cursor.");
        var getter = _buffers.TryGetValue(column.Index, out var buffer) ? buffer.CreateGetter(() => CurrentSlot) : CreateGetter(column);
        return ScoreGetters.Cast<TValue>(getter, column);
    }

    public override ValueGetter<DataViewRowId> GetIdGetter() => (ref DataViewRowId id) => id = _ids[CurrentSlot];

    /// <summary>Forgets what was computed on the rows read before.</summary>
    protected abstract void Forget();

    /// <summary>Reads what the model needs of the input's current row.</summary>
    /// <param name="slot">The row's place among those read ahead.</param>
    protected abstract void Read(int slot);

    /// <summary>Makes the getter of an added column.</summary>
    protected abstract Delegate CreateGetter(DataViewSchema.Column column);

    protected override void Dispose(bool disposing)
    {
        if (disposing)
            _input.Dispose();
        base.Dispose(disposing);
    }

    private void ReadAhead()
    {
        Count = 0;
        _slot = -1;
        Forget();
        while (Count < _rowsAhead && _input.MoveNext())
        {
            Read(Count);
            foreach (var buffer in _buffers.Values)
                buffer.Read(Count);
            _id(ref _ids[Count]);
            _batches[Count] = _input.Batch;
            Count++;
        }
        _rowsAhead = Math.Min(2 * _rowsAhead, _ids.Length);
    }
}
