using Microsoft.ML.BlockLlm.Scoring;
using Microsoft.ML.Data;

namespace Microsoft.ML.BlockLlm;

/// <summary>One transformed row, as a prediction engine reads it. The model works once for each row that the input moves to. It owns the row of its input.</summary>
internal sealed class LanguageModelRow : DataViewRow
{
    private readonly DataViewRow _input;
    private readonly LanguageModelMapping _mapping;
    private readonly HashSet<int> _active;
    private readonly TextRow? _row;
    private (long Position, LanguageModelScore Score)? _score;
    private (long Position, string Text)? _generated;

    public LanguageModelRow(DataViewRow input, LanguageModelMapping mapping, IReadOnlyList<DataViewSchema.Column> activeColumns)
    {
        _input = input;
        _mapping = mapping;
        _active = [.. activeColumns.Select(column => column.Index)];
        if (mapping.AnyAdded(activeColumns))
            _row = new TextRow(input, mapping.Inputs);
    }

    public override DataViewSchema Schema => _mapping.OutputSchema;

    public override long Position => _input.Position;

    public override long Batch => _input.Batch;

    public override bool IsColumnActive(DataViewSchema.Column column) => _active.Contains(column.Index);

    public override ValueGetter<TValue> GetGetter<TValue>(DataViewSchema.Column column)
    {
        if (!IsColumnActive(column))
            throw new InvalidOperationException($"Column '{column.Name}' is not active in this row. Name it when asking for the row.");
        return _mapping.IsInput(column)
            ? _input.GetGetter<TValue>(_mapping.InputSchema[column.Index])
            : ScoreGetters.Cast<TValue>(LanguageModelGetters.Create(column, CurrentScore, CurrentText), column);
    }

    public override ValueGetter<DataViewRowId> GetIdGetter() => _input.GetIdGetter();

    protected override void Dispose(bool disposing)
    {
        if (disposing)
            _input.Dispose();
        base.Dispose(disposing);
    }

    private LanguageModelScore CurrentScore()
    {
        if (_score?.Position != _input.Position)
            _score = (_input.Position, _mapping.Scorer.Score([_row!.ReadExample(_mapping.Scorer.Encoder)])[0]);
        return _score!.Value.Score;
    }

    private string CurrentText()
    {
        if (_generated?.Position != _input.Position)
            _generated = (_input.Position, _mapping.Generate(_row!.ReadPrompt(_mapping.Scorer.Encoder)));
        return _generated!.Value.Text;
    }
}
