namespace Microsoft.ML.BlockLlm.Tool;

/// <summary>What the rows of data for a language model are.</summary>
internal enum CorpusKind
{
    /// <summary>Lines of one running text: a <c>.txt</c> file.</summary>
    Lines,

    /// <summary>Texts: a column of a table.</summary>
    Texts,

    /// <summary>Prompts and what follows them: two columns of a table.</summary>
    Completions,

    /// <summary>Conversations: a <c>.jsonl</c> file.</summary>
    Conversations,
}

/// <summary>Where the rows of data for a language model are.</summary>
/// <param name="Path">The file, whose kind its name tells.</param>
/// <param name="Text">The column with texts.</param>
/// <param name="Prompt">The column with prompts; null if there is none.</param>
/// <param name="Completion">The column with what follows them; null if there is none.</param>
internal sealed record CorpusColumns(string Path, string Text, string? Prompt, string? Completion)
{
    /// <summary>What the rows are.</summary>
    /// <exception cref="UsageException">One of prompts and completions is named without the other.</exception>
    public CorpusKind Kind => System.IO.Path.GetExtension(Path).ToUpperInvariant() switch
    {
        ".TXT" => CorpusKind.Lines,
        ".JSONL" => CorpusKind.Conversations,
        _ when Prompt is null != Completion is null => throw new UsageException("prompt-column and completion-column go together: name both, or neither."),
        _ => Prompt is null ? CorpusKind.Texts : CorpusKind.Completions,
    };

    /// <summary>The rows as ML.NET's data; the file is read anew each time.</summary>
    /// <exception cref="UsageException">The file or a column is missing.</exception>
    public IDataView Load(MLContext ml)
    {
        if (!File.Exists(Path))
            throw new UsageException($"The data file '{Path}' does not exist.");
        return Kind switch
        {
            CorpusKind.Lines => ml.Data.LoadFromTextLines(Path),
            CorpusKind.Conversations => ml.Data.LoadFromEnumerable(Conversations()),
            CorpusKind.Completions => ml.Data.LoadFromEnumerable(TextTable.Open(Path).Read(Prompt, Completion).Select(row => new CompletionRow { Prompt = row[0], Completion = row[1] })),
            _ => ml.Data.LoadFromEnumerable(TextTable.Open(Path).Read(Text).Select(row => new CorpusRow { Text = row[0] })),
        };
    }

    /// <summary>The lines of the file that are not empty. Every enumeration opens it for itself: those of <see cref="File.ReadLines(string)"/> share a reader.</summary>
    private IEnumerable<ConversationRow> Conversations()
    {
        foreach (var line in File.ReadLines(Path))
        {
            if (line.Length > 0)
                yield return new ConversationRow { Messages = line };
        }
    }
}
