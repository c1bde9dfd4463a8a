namespace Microsoft.ML.BlockLlm.Scoring;

/// <summary>Data with the columns of a classifier added. Nothing is read or scored before a cursor moves.</summary>
internal sealed class ScoredDataView(IDataView input, ScoringColumns columns, TextClassifier classifier) : IDataView
{
    public DataViewSchema Schema => columns.OutputSchema;

    public bool CanShuffle => input.CanShuffle;

    public long? GetRowCount() => input.GetRowCount();

    public DataViewRowCursor GetRowCursor(IEnumerable<DataViewSchema.Column> columnsNeeded, Random? rand = null)
    {
        DataViewSchema.Column[] active = [.. columnsNeeded];
        return Scored(input.GetRowCursor(columns.InputsOf(active), rand), active);
    }

    public DataViewRowCursor[] GetRowCursorSet(IEnumerable<DataViewSchema.Column> columnsNeeded, int n, Random? rand = null)
    {
        DataViewSchema.Column[] active = [.. columnsNeeded];
        return [.. input.GetRowCursorSet(columns.InputsOf(active), n, rand).Select(cursor => Scored(cursor, active))];
    }

    private DataViewRowCursor Scored(DataViewRowCursor cursor, DataViewSchema.Column[] active) =>
        columns.NeedScores(active)
            ? new ScoringCursor(cursor, columns, classifier, active)
            : new PassThroughCursor(cursor, columns);
}
