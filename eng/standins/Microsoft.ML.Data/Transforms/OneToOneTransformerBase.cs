using Microsoft.ML.Runtime;

namespace Microsoft.ML.Data;

/// <summary>A transformer that makes one new column from each of its input columns.</summary>
public abstract class OneToOneTransformerBase : RowToRowTransformerBase
{
    private protected OneToOneTransformerBase(ColumnPair columns) => Columns = columns;

    private protected ColumnPair Columns { get; }

    private protected override ColumnMapper CreateMapper(DataViewSchema inputSchema)
    {
        var input = inputSchema.GetColumnOrNull(Columns.Input)
            ?? throw Contracts.ExceptMissingColumn(nameof(inputSchema), "input", Columns.Input);
        return new ColumnMapper(inputSchema, [CreateColumn(input)]);
    }

    private protected abstract AddedColumn CreateColumn(DataViewSchema.Column input);
}
