using Microsoft.ML.BlockLlm.Columns;

namespace Microsoft.ML.BlockLlm.Scoring;

/// <summary>Adds the predicted label and the score of a classifier.</summary>
internal sealed class ScoringColumns : RowMapping
{
    private readonly TextClassifier _classifier;

    public ScoringColumns(DataViewSchema inputSchema, InputColumns inputs, OutputColumns outputs, TextClassifier classifier, LabelValues? labels)
        : base(Checked(inputSchema, inputs), outputs.AppendTo(inputSchema, classifier.Classes, labels), inputs.TextsIn(inputSchema))
    {
        Inputs = inputs;
        _classifier = classifier;
    }

    /// <summary>Names of the columns that are read.</summary>
    public InputColumns Inputs { get; }

    /// <summary>Whether a column of the output is the predicted label; the other added one is the score.</summary>
    public bool IsPredictedLabel(DataViewSchema.Column column) => column.Index == InputSchema.Count;

    public override DataViewRow Map(DataViewRow input, IReadOnlyList<DataViewSchema.Column> activeColumns) =>
        new ScoredRow(input, this, _classifier, activeColumns);

    public override DataViewRowCursor Map(DataViewRowCursor input, IReadOnlyList<DataViewSchema.Column> activeColumns) =>
        AnyAdded(activeColumns) ? new ScoringCursor(input, this, _classifier, activeColumns) : new PassThroughCursor(input, this);

    private static DataViewSchema Checked(DataViewSchema inputSchema, InputColumns inputs)
    {
        inputs.Check(inputSchema, withLabel: false, nameof(inputSchema));
        return inputSchema;
    }
}
