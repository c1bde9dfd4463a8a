using Microsoft.ML.Data;

namespace Microsoft.ML.BlockLlm;

/// <summary>One transformed row, as a prediction engine reads it. It owns the row of its input.</summary>
internal sealed class LanguageModelRow(DataViewRow input, LanguageModelMapping mapping, IEnumerable<DataViewSchema.Column> activeColumns) : DataViewRow
{
    private readonly LanguageModelValues _values = new(input, mapping, activeColumns);

    public override DataViewSchema Schema => mapping.OutputSchema;

    public override long Position => input.Position;

    public override long Batch => input.Batch;

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
