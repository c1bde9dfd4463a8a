using Microsoft.ML.BlockLlm.Scoring;

namespace Microsoft.ML.BlockLlm;

/// <summary>The values of a transformed row. The model works once for each row that the input moves to, and only for columns that are asked for.</summary>
internal sealed class LanguageModelValues
{
    private readonly DataViewRow _input;
    private readonly LanguageModelMapping _mapping;
    private readonly HashSet<int> _active;
    private readonly TextRow? _row;
    private (long Position, LanguageModelScore Score)? _score;
    private (long Position, string Text)? _generated;

    public LanguageModelValues(DataViewRow input, LanguageModelMapping mapping, IEnumerable<DataViewSchema.Column> activeColumns)
    {
        DataViewSchema.Column[] active = [.. activeColumns];
        _input = input;
        _mapping = mapping;
        _active = [.. active.Select(column => column.Index)];
        if (mapping.AnyAdded(active))
            _row = new TextRow(input, mapping.Inputs);
    }

    public bool IsActive(DataViewSchema.Column column) => _active.Contains(column.Index);

    public ValueGetter<TValue> GetGetter<TValue>(DataViewSchema.Column column)
    {
        if (!IsActive(column))
            throw new InvalidOperationException($"Column '{column.Name}' is not active in this row. Name it when asking for the row or cursor.");
        return _mapping.IsInput(column)
            ? _input.GetGetter<TValue>(_mapping.InputSchema[column.Index])
            : ScoreGetters.Cast<TValue>(CreateGetter(column.Name), column);
    }

    private Delegate CreateGetter(string column) => column switch
    {
        LanguageModelOutputs.Loss => (ValueGetter<float>)((ref float value) => value = Score.Loss),
        LanguageModelOutputs.Perplexity => (ValueGetter<float>)((ref float value) => value = Score.Perplexity),
        LanguageModelOutputs.TokenCount => (ValueGetter<int>)((ref int value) => value = Score.TokenCount),
        LanguageModelOutputs.TokenAccuracy => (ValueGetter<float>)((ref float value) => value = Score.TokenAccuracy),
        LanguageModelOutputs.ByteCount => (ValueGetter<int>)((ref int value) => value = Score.ByteCount),
        _ => (ValueGetter<ReadOnlyMemory<char>>)((ref ReadOnlyMemory<char> value) => value = GeneratedText.AsMemory()),
    };

    private LanguageModelScore Score
    {
        get
        {
            if (_score?.Position != _input.Position)
                _score = (_input.Position, _mapping.Scorer.Score(_row!.ReadExample(_mapping.Scorer.Encoder)));
            return _score!.Value.Score;
        }
    }

    private string GeneratedText
    {
        get
        {
            if (_generated?.Position != _input.Position)
                _generated = (_input.Position, Generate(_row!.ReadPrompt(_mapping.Scorer.Encoder)));
            return _generated!.Value.Text;
        }
    }

    /// <summary>What follows a prompt; nothing where there is no prompt and none can be made up.</summary>
    private string Generate(IReadOnlyList<int> prompt) =>
        prompt.Count == 0 && (_mapping.Inputs.Messages is not null || _mapping.Scorer.Network.Config.BeginOfTextId is null)
            ? ""
            : _mapping.Scorer.Generate(prompt, _mapping.Generation!);
}
