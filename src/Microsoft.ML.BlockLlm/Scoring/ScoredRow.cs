using Microsoft.ML.BlockLlm.Columns;
using Microsoft.ML.Data;

namespace Microsoft.ML.BlockLlm.Scoring;

/// <summary>One row with its scores, which are computed once for each row that the input moves to.</summary>
internal sealed class ScoredRow : DataViewRow
{
    private readonly DataViewRow _input;
    private readonly ScoringColumns _columns;
    private readonly TextClassifier _classifier;
    private readonly HashSet<int> _active;
    private readonly RowTexts? _rowTexts;
    private float[] _probabilities = [];
    private long? _scoredPosition;

    public ScoredRow(DataViewRow input, ScoringColumns columns, TextClassifier classifier, IEnumerable<DataViewSchema.Column> activeColumns)
    {
        DataViewSchema.Column[] active = [.. activeColumns];
        _input = input;
        _columns = columns;
        _classifier = classifier;
        _active = [.. active.Select(column => column.Index)];
        if (columns.AnyAdded(active))
            _rowTexts = new RowTexts(input, columns.Inputs, classifier.Encoder);
    }

    public override DataViewSchema Schema => _columns.OutputSchema;

    public override long Position => _input.Position;

    public override long Batch => _input.Batch;

    public override bool IsColumnActive(DataViewSchema.Column column) => _active.Contains(column.Index);

    public override ValueGetter<TValue> GetGetter<TValue>(DataViewSchema.Column column)
    {
        if (!IsColumnActive(column))
            throw new InvalidOperationException($"Column '{column.Name}' is not active in this row. Name it when asking for the row.");
        return _columns.IsInput(column)
            ? _input.GetGetter<TValue>(_columns.InputSchema[column.Index])
            : ScoreGetters.Cast<TValue>(ScoreGetters.Create(_columns, column, CurrentProbabilities), column);
    }

    public override ValueGetter<DataViewRowId> GetIdGetter() => _input.GetIdGetter();

    protected override void Dispose(bool disposing)
    {
        if (disposing)
            _input.Dispose();
        base.Dispose(disposing);
    }

    private ReadOnlyMemory<float> CurrentProbabilities()
    {
        if (_scoredPosition != _input.Position)
        {
            _probabilities = _classifier.Score([_rowTexts!.Read()]);
            _scoredPosition = _input.Position;
        }
        return _probabilities;
    }
}
