
namespace Microsoft.ML.BlockLlm.Scoring;

/// <summary>How a transformer adds columns to rows: which columns of its output come from the input, and what those that it makes need.</summary>
internal abstract class RowMapping
{
    private readonly int[] _read;

    /// <summary>Makes a mapping.</summary>
    /// <param name="inputSchema">The schema before.</param>
    /// <param name="outputSchema">The schema after.</param>
    /// <param name="read">The columns of the input that the added columns are made from.</param>
    protected RowMapping(DataViewSchema inputSchema, DataViewSchema outputSchema, IEnumerable<DataViewSchema.Column> read)
    {
        InputSchema = inputSchema;
        OutputSchema = outputSchema;
        _read = [.. read.Select(column => column.Index)];
    }

    /// <summary>The schema before.</summary>
    public DataViewSchema InputSchema { get; }

    /// <summary>The schema after: all columns of <see cref="InputSchema"/> at their places, then the added ones.</summary>
    public DataViewSchema OutputSchema { get; }

    /// <summary>Whether a column of the output is one of the input.</summary>
    public bool IsInput(DataViewSchema.Column column) => column.Index < InputSchema.Count;

    /// <summary>Whether any of some columns of the output is an added one.</summary>
    public bool AnyAdded(IEnumerable<DataViewSchema.Column> columns) => columns.Any(column => !IsInput(column));

    /// <summary>The columns of the input that some columns of the output are made from.</summary>
    public IReadOnlyList<DataViewSchema.Column> InputsOf(IEnumerable<DataViewSchema.Column> columns)
    {
        var needed = columns.SelectMany(column => IsInput(column) ? [column.Index] : _read);
        return [.. needed.Distinct().Order().Select(index => InputSchema[index])];
    }

    /// <summary>Maps a row, which the new one owns.</summary>
    public abstract DataViewRow Map(DataViewRow input, IReadOnlyList<DataViewSchema.Column> activeColumns);

    /// <summary>Maps the rows of a cursor, which the new one owns.</summary>
    public abstract DataViewRowCursor Map(DataViewRowCursor input, IReadOnlyList<DataViewSchema.Column> activeColumns);
}
