using Microsoft.ML.Data;

namespace Microsoft.ML.BlockLlm.Scoring;

/// <summary>Reads scored data of which only input columns are wanted: nothing is scored and nothing read ahead.</summary>
internal sealed class PassThroughCursor(DataViewRowCursor input, RowMapping mapping) : DataViewRowCursor
{
    public override DataViewSchema Schema => mapping.OutputSchema;

    public override long Position => input.Position;

    public override long Batch => input.Batch;

    public override bool MoveNext() => input.MoveNext();

    public override bool IsColumnActive(DataViewSchema.Column column) =>
        mapping.IsInput(column) && input.IsColumnActive(mapping.InputSchema[column.Index]);

    public override ValueGetter<TValue> GetGetter<TValue>(DataViewSchema.Column column) =>
        IsColumnActive(column)
            ? input.GetGetter<TValue>(mapping.InputSchema[column.Index])
            : throw new InvalidOperationException($"Column '{column.Name}' is not active in this cursor. Name it when asking for the cursor.");

    public override ValueGetter<DataViewRowId> GetIdGetter() => input.GetIdGetter();

    protected override void Dispose(bool disposing)
    {
        if (disposing)
            input.Dispose();
        base.Dispose(disposing);
    }
}
