using Microsoft.ML.Data;

namespace Microsoft.ML.BlockLlm;

/// <summary>Reads transformed data. It owns the cursor of its input.</summary>
internal sealed class LanguageModelCursor(DataViewRowCursor input, LanguageModelMapping mapping, IEnumerable<DataViewSchema.Column> activeColumns) : DataViewRowCursor
{
    private readonly LanguageModelValues _values = new(input, mapping, activeColumns);

    public override DataViewSchema Schema => mapping.OutputSchema;

    public override long Position => input.Position;

    public override long Batch => input.Batch;

    public override bool MoveNext() => input.MoveNext();

    public override bool IsColumnActive(DataViewSchema.Column column) => _values.IsActive(column);

    public override ValueGetter<TValue> GetGetter<TValue>(DataViewSchema.Column column) => _values.GetGetter<TValue>(column);

    public override ValueGetter<DataViewRowId> GetIdGetter() => input.GetIdGetter();

    protected override void Dispose(bool disposing)
    {
        if (disposing)
            input.Dispose();
        base.Dispose(disposing);
    }
}
