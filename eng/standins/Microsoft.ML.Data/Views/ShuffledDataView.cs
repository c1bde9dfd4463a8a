namespace Microsoft.ML.Data;

/// <summary>
/// Rows in random order: each is drawn from a pool, which the source then fills again. A pool of at least the number of rows gives
/// every order alike. Every cursor that is given no random numbers of its own gives the same order.
/// </summary>
internal sealed class ShuffledDataView(IDataView source, int seed, int poolSize, bool shuffleSource) : IDataView
{
    public bool CanShuffle => true;

    public DataViewSchema Schema => source.Schema;

    public long? GetRowCount() => source.GetRowCount();

    public DataViewRowCursor GetRowCursor(IEnumerable<DataViewSchema.Column> columnsNeeded, Random rand = null)
    {
        rand ??= new Random(seed);
        var columns = columnsNeeded.ToArray();
        var input = source.GetRowCursor(columns, shuffleSource && source.CanShuffle ? new Random(rand.Next()) : null);
        return new Cursor(input, columns, poolSize, rand);
    }

    public DataViewRowCursor[] GetRowCursorSet(IEnumerable<DataViewSchema.Column> columnsNeeded, int n, Random rand = null) => [GetRowCursor(columnsNeeded, rand)];

    private sealed class Cursor : CursorBase
    {
        private readonly DataViewRowCursor _input;
        private readonly int _poolSize;
        private readonly Random _rand;
        private readonly ColumnStore[] _stores;
        private readonly Action[] _fillers;
        private readonly Action<int>[] _replacers;
        private readonly ValueGetter<DataViewRowId> _readId;
        private readonly List<DataViewRowId> _ids = [];
        private readonly List<int> _slots = [];
        private int _drawn = -1;

        public Cursor(DataViewRowCursor input, DataViewSchema.Column[] columns, int poolSize, Random rand) : base(input.Schema, columns)
        {
            _input = input;
            _poolSize = poolSize;
            _rand = rand;
            _stores = new ColumnStore[input.Schema.Count];
            foreach (var column in columns)
                _stores[column.Index] = ColumnStore.Create(column.Type);
            _fillers = columns.Select(column => _stores[column.Index].Filler(input, column)).ToArray();
            _replacers = columns.Select(column => _stores[column.Index].Replacer(input, column)).ToArray();
            _readId = input.GetIdGetter();
        }

        private int Slot => _slots[_drawn];

        public override ValueGetter<DataViewRowId> GetIdGetter() => (ref DataViewRowId id) => id = _ids[Slot];

        protected override bool MoveNextCore()
        {
            if (_drawn < 0)
                FillPool();
            else
                ReplaceDrawn();
            if (_slots.Count == 0)
                return false;
            _drawn = _rand.Next(_slots.Count);
            return true;
        }

        protected override Delegate CreateGetter(DataViewSchema.Column column) => _stores[column.Index].CreateGetter(() => Slot);

        protected override void Dispose(bool disposing)
        {
            if (disposing)
                _input.Dispose();
            base.Dispose(disposing);
        }

        private void FillPool()
        {
            while (_slots.Count < _poolSize && _input.MoveNext())
            {
                _slots.Add(_slots.Count);
                _ids.Add(ReadId());
                foreach (var fill in _fillers)
                    fill();
            }
        }

        private void ReplaceDrawn()
        {
            if (!_input.MoveNext())
            {
                _slots.RemoveAt(_drawn);
                return;
            }
            _ids[Slot] = ReadId();
            foreach (var replace in _replacers)
                replace(Slot);
        }

        private DataViewRowId ReadId()
        {
            DataViewRowId id = default;
            _readId(ref id);
            return id;
        }
    }
}
