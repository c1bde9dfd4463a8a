using Microsoft.ML.BlockLlm.Columns;
using Microsoft.ML.BlockLlm.Models;

namespace Microsoft.ML.BlockLlm.Scoring;

/// <summary>Scores the rows that were read ahead together, when the first of their scores is asked for: the more there are, the better they fall into batches of like length.</summary>
internal sealed class ScoringCursor : ReadAheadCursor
{
    private const int RowsAhead = 512;

    private readonly ScoringColumns _columns;
    private readonly TextClassifier _classifier;
    private readonly RowTexts _rowTexts;
    private readonly EncodedText[] _texts = new EncodedText[RowsAhead];
    private float[]? _probabilities;

    /// <summary>Makes a cursor, which owns its input from then on.</summary>
    public ScoringCursor(
        DataViewRowCursor input, ScoringColumns columns, TextClassifier classifier, IEnumerable<DataViewSchema.Column> activeColumns)
        : base(input, columns, activeColumns, RowsAhead)
    {
        _columns = columns;
        _classifier = classifier;
        _rowTexts = new RowTexts(input, columns.Inputs, classifier.Encoder);
    }

    protected override void Forget() => _probabilities = null;

    protected override void Read(int slot) => _texts[slot] = _rowTexts.Read();

    protected override Delegate CreateGetter(DataViewSchema.Column column) => ScoreGetters.Create(_columns, column, CurrentProbabilities);

    private ReadOnlyMemory<float> CurrentProbabilities()
    {
        var slot = CurrentSlot;
        _probabilities ??= _classifier.Score(_texts[..Count]);
        return _probabilities.AsMemory(slot * _classifier.Classes, _classifier.Classes);
    }
}
