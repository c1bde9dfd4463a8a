using Microsoft.ML.BlockLlm.Columns;

namespace Microsoft.ML.BlockLlm.Scoring;

/// <summary>Which columns of the scored data come from the input, which are made from the scores, and what these need.</summary>
internal sealed class ScoringColumns
{
    public ScoringColumns(DataViewSchema inputSchema, InputColumns inputs, OutputColumns outputs, int classes, LabelValues? labels)
    {
        inputs.Check(inputSchema, withLabel: false, nameof(inputSchema));
        Inputs = inputs;
        InputSchema = inputSchema;
        OutputSchema = outputs.AppendTo(inputSchema, classes, labels);
    }

    /// <summary>Names of the columns that are read.</summary>
    public InputColumns Inputs { get; }

    /// <summary>The schema before scoring.</summary>
    public DataViewSchema InputSchema { get; }

    /// <summary>The schema after scoring: all columns of <see cref="InputSchema"/> at their places, then the predicted label, then the score.</summary>
    public DataViewSchema OutputSchema { get; }

    /// <summary>Whether a column of the output is one of the input.</summary>
    public bool IsInput(DataViewSchema.Column column) => column.Index < InputSchema.Count;

    /// <summary>Whether a column of the output is the predicted label.</summary>
    public bool IsPredictedLabel(DataViewSchema.Column column) => column.Index == InputSchema.Count;

    /// <summary>Whether any of some columns of the output has to be made from scores.</summary>
    public bool NeedScores(IEnumerable<DataViewSchema.Column> columns) => columns.Any(column => !IsInput(column));

    /// <summary>The columns of the input that some columns of the output are made from.</summary>
    public IReadOnlyList<DataViewSchema.Column> InputsOf(IEnumerable<DataViewSchema.Column> columns)
    {
        var needed = new SortedSet<int>();
        foreach (var column in columns)
        {
            if (IsInput(column))
            {
                needed.Add(column.Index);
                continue;
            }
            needed.UnionWith(Inputs.TextsIn(InputSchema).Select(text => text.Index));
        }
        return [.. needed.Select(index => InputSchema[index])];
    }
}
