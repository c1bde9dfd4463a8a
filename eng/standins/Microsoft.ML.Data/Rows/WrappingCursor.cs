namespace Microsoft.ML.Data;

/// <summary>A cursor that moves over another's rows and shows them as they are, or through a row of its own.</summary>
internal abstract class WrappingCursor(DataViewRowCursor input, DataViewRow row) : DataViewRowCursor
{
    protected WrappingCursor(DataViewRowCursor input) : this(input, input)
    {
    }

    protected DataViewRowCursor Input => input;

    public override DataViewSchema Schema => row.Schema;

    public override long Position => input.Position;

    public override long Batch => input.Batch;

    public override ValueGetter<DataViewRowId> GetIdGetter() => input.GetIdGetter();

    public override bool IsColumnActive(DataViewSchema.Column column) => row.IsColumnActive(column);

    public override ValueGetter<TValue> GetGetter<TValue>(DataViewSchema.Column column) => row.GetGetter<TValue>(column);

    protected override void Dispose(bool disposing)
    {
        if (disposing)
            row.Dispose();
        base.Dispose(disposing);
    }
}
