namespace Microsoft.ML.BlockLlm;

/// <summary>Data with the columns of a language model added. Nothing is read or computed before a cursor moves and a value is asked for.</summary>
internal sealed class LanguageModelDataView(IDataView input, LanguageModelMapping mapping) : IDataView
{
    public DataViewSchema Schema => mapping.OutputSchema;

    public bool CanShuffle => input.CanShuffle;

    public long? GetRowCount() => input.GetRowCount();

    public DataViewRowCursor GetRowCursor(IEnumerable<DataViewSchema.Column> columnsNeeded, Random? rand = null)
    {
        DataViewSchema.Column[] active = [.. columnsNeeded];
        return new LanguageModelCursor(input.GetRowCursor(mapping.InputsOf(active), rand), mapping, active);
    }

    public DataViewRowCursor[] GetRowCursorSet(IEnumerable<DataViewSchema.Column> columnsNeeded, int n, Random? rand = null)
    {
        DataViewSchema.Column[] active = [.. columnsNeeded];
        return [.. input.GetRowCursorSet(mapping.InputsOf(active), n, rand).Select(cursor => new LanguageModelCursor(cursor, mapping, active))];
    }
}
