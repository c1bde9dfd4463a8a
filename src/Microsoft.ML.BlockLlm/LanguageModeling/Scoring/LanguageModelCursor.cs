using Microsoft.ML.BlockLlm.Scoring;

namespace Microsoft.ML.BlockLlm;

/// <summary>
/// Reads transformed data. The rows of a batch are measured together, when the first measure of the batch is asked for; a text is generated when it is asked for.
/// </summary>
internal sealed class LanguageModelCursor : ReadAheadCursor
{
    private readonly LanguageModelMapping _mapping;
    private readonly TextRow _row;
    private readonly TextExample[]? _examples;
    private readonly IReadOnlyList<int>[]? _prompts;
    private readonly string?[] _generated = new string?[FirstRows];
    private IReadOnlyList<LanguageModelScore>? _scores;

    /// <summary>Makes a cursor, which owns its input from then on.</summary>
    public LanguageModelCursor(DataViewRowCursor input, LanguageModelMapping mapping, IReadOnlyList<DataViewSchema.Column> activeColumns)
        : base(input, mapping, activeColumns, capacity: FirstRows)
    {
        _mapping = mapping;
        _row = new TextRow(input, mapping.Inputs);
        var added = activeColumns.Where(column => !mapping.IsInput(column)).ToLookup(column => column.Name == LanguageModelOutputs.GeneratedText);
        _examples = added[false].Any() ? new TextExample[FirstRows] : null;
        _prompts = added[true].Any() ? new IReadOnlyList<int>[FirstRows] : null;
    }

    protected override void Forget()
    {
        _scores = null;
        Array.Clear(_generated);
    }

    protected override void Read(int slot)
    {
        if (_examples is not null)
            _examples[slot] = _row.ReadExample(_mapping.Scorer.Encoder);
        if (_prompts is not null)
            _prompts[slot] = _row.ReadPrompt(_mapping.Scorer.Encoder);
    }

    protected override Delegate CreateGetter(DataViewSchema.Column column) => LanguageModelGetters.Create(column, CurrentScore, CurrentText);

    private LanguageModelScore CurrentScore()
    {
        var slot = CurrentSlot;
        _scores ??= _mapping.Scorer.Score(_examples![..Count]);
        return _scores[slot];
    }

    private string CurrentText()
    {
        var slot = CurrentSlot;
        return _generated[slot] ??= _mapping.Generate(_prompts![slot]);
    }
}
