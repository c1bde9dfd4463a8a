namespace Microsoft.ML.BlockLlm.Tool;

/// <summary>A text, or a line of one, for a language model.</summary>
internal sealed class CorpusRow
{
    public string Text { get; set; } = "";
}

/// <summary>A prompt and what follows it.</summary>
internal sealed class CompletionRow
{
    public string Prompt { get; set; } = "";

    public string Completion { get; set; } = "";
}

/// <summary>A conversation in JSON.</summary>
internal sealed class ConversationRow
{
    public string Messages { get; set; } = "";
}
