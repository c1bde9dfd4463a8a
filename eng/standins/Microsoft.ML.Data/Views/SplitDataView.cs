namespace Microsoft.ML.Data;

/// <summary>
/// The rows whose number in [0, 1) is within (or, as a complement, outside of) a range. The numbers are the same in every cursor,
/// so that views of one source with ranges that do not overlap have no row in common.
/// </summary>
internal sealed class SplitDataView(IDataView source, SplitNumber number, double min, double max, bool complement) : IDataView
{
    public bool CanShuffle => false;

    public DataViewSchema Schema => source.Schema;

    public long? GetRowCount() => null;

    public DataViewRowCursor GetRowCursor(IEnumerable<DataViewSchema.Column> columnsNeeded, Random rand = null)
    {
        var columns = columnsNeeded.ToArray();
        var input = source.GetRowCursor(number.Column is { } key ? columns.Append(key).DistinctBy(c => c.Index) : columns);
        return new Cursor(input, columns, number.CreateReader(input), value => (value >= min && value < max) != complement);
    }

    public DataViewRowCursor[] GetRowCursorSet(IEnumerable<DataViewSchema.Column> columnsNeeded, int n, Random rand = null) => [GetRowCursor(columnsNeeded, rand)];

    private sealed class Cursor(DataViewRowCursor input, DataViewSchema.Column[] columns, Func<double> readNumber, Func<double, bool> isWanted)
        : WrappingCursor(input)
    {
        private readonly bool[] _active = Getters.ActiveFlags(input.Schema, columns);
        private long _position = -1;

        public override long Position => _position;

        public override bool IsColumnActive(DataViewSchema.Column column) => _active[column.Index];

        public override bool MoveNext()
        {
            while (Input.MoveNext())
            {
                if (isWanted(readNumber()))
                {
                    _position++;
                    return true;
                }
            }
            _position = -1;
            return false;
        }
    }
}
