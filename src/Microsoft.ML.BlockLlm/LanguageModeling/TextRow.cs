namespace Microsoft.ML.BlockLlm;

/// <summary>Reads the text, the prompt and completion, or the conversation of a row.</summary>
internal sealed class TextRow
{
    private readonly LanguageModelInputs _inputs;
    private readonly Dictionary<string, ValueGetter<ReadOnlyMemory<char>>> _getters;

    /// <summary>Makes a reader of a row or cursor in which the columns are active.</summary>
    public TextRow(DataViewRow row, LanguageModelInputs inputs)
    {
        _inputs = inputs;
        _getters = inputs.In(row.Schema).ToDictionary(column => column.Name, row.GetGetter<ReadOnlyMemory<char>>);
    }

    /// <summary>What the current row holds, as it was written.</summary>
    public string Content => string.Concat(_getters.Values.Select(Read));

    /// <summary>What the current row holds, as a line: with the break that ends it.</summary>
    public string Line => Content + '\n';

    /// <summary>The current row as an example to learn from.</summary>
    public TextExample ReadExample(TextExampleEncoder encoder) => _inputs switch
    {
        { Messages: { } messages } => encoder.Conversation(Read(messages)),
        { Prompt: { } prompt, Completion: { } completion } => encoder.Completion(Read(prompt), Read(completion)),
        _ => encoder.Text(_inputs.RowsAreLines ? Line : Content),
    };

    /// <summary>The ids that a generated text follows.</summary>
    public IReadOnlyList<int> ReadPrompt(TextExampleEncoder encoder) => _inputs switch
    {
        { Messages: { } messages } => Read(messages) is { Length: > 0 } conversation ? encoder.ConversationPrompt(conversation) : [],
        { Prompt: { } prompt } => encoder.Prompt(Read(prompt)),
        _ => encoder.Prompt(Content),
    };

    private string Read(string column) => Read(_getters[column]);

    private static string Read(ValueGetter<ReadOnlyMemory<char>> getter)
    {
        ReadOnlyMemory<char> text = default;
        getter(ref text);
        return text.ToString();
    }
}
