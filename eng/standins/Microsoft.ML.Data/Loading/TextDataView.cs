namespace Microsoft.ML.Data;

/// <summary>Text files as a data view.</summary>
internal sealed class TextDataView(IMultiStreamSource source, TextLoader.Options options, DataViewSchema schema) : IDataView
{
    public bool CanShuffle => false;

    public DataViewSchema Schema => schema;

    public long? GetRowCount() => null;

    public DataViewRowCursor GetRowCursor(IEnumerable<DataViewSchema.Column> columnsNeeded, Random rand = null) => new Cursor(source, options, schema, columnsNeeded);

    public DataViewRowCursor[] GetRowCursorSet(IEnumerable<DataViewSchema.Column> columnsNeeded, int n, Random rand = null) => [GetRowCursor(columnsNeeded, rand)];

    private sealed class Cursor(IMultiStreamSource source, TextLoader.Options options, DataViewSchema schema, IEnumerable<DataViewSchema.Column> columnsNeeded)
        : CursorBase(schema, columnsNeeded)
    {
        private readonly IEnumerator<string> _lines = TextLines.Read(source, options).GetEnumerator();
        private readonly FieldSplitter _splitter = new(options.Separators, options.AllowQuoting);
        private IReadOnlyList<ReadOnlyMemory<char>> _fields;

        protected override bool MoveNextCore()
        {
            if (!_lines.MoveNext())
                return false;
            _fields = _splitter.Split(_lines.Current);
            return true;
        }

        protected override Delegate CreateGetter(DataViewSchema.Column column)
        {
            var definition = options.Columns[column.Index];
            return Generic.Invoke<Delegate>(
                definition.IsVector ? CreateVectorGetter<int> : CreateScalarGetter<int>, definition.ItemType.RawType, this, definition);
        }

        protected override void Dispose(bool disposing)
        {
            if (disposing)
                _lines.Dispose();
            base.Dispose(disposing);
        }

        private static Delegate CreateScalarGetter<T>(Cursor cursor, TextLoader.Column column)
        {
            var parse = FieldParser.Create<T>(column.ItemType);
            return (ValueGetter<T>)((ref T value) => value = parse(cursor.Field(column.Start)));
        }

        private static Delegate CreateVectorGetter<T>(Cursor cursor, TextLoader.Column column)
        {
            var parse = FieldParser.Create<T>(column.ItemType);
            return (ValueGetter<VBuffer<T>>)((ref VBuffer<T> value) =>
            {
                var editor = VBufferEditor.Create(ref value, column.End - column.Start + 1);
                for (int i = 0; i < editor.Values.Length; i++)
                    editor.Values[i] = parse(cursor.Field(column.Start + i));
                value = editor.Commit();
            });
        }

        private ReadOnlyMemory<char> Field(int index) => index < _fields.Count ? _fields[index] : default;
    }
}
