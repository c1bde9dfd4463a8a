using Microsoft.ML.BlockLlm.Columns;
using Microsoft.ML.Data;

namespace Microsoft.ML.BlockLlm;

/// <summary>The columns that a language model reads: either texts, or prompts and completions, or conversations.</summary>
/// <param name="Text">Name of the column with texts; null if there are others.</param>
/// <param name="Prompt">Name of the column with prompts; null if there are none.</param>
/// <param name="Completion">Name of the column with completions; null if there are none.</param>
/// <param name="Messages">Name of the column with conversations in JSON; null if there are none.</param>
/// <param name="RowsAreLines">Whether the texts are lines of one text, each of which ends with a line break that the column does not hold.</param>
internal sealed record LanguageModelInputs(string? Text, string? Prompt, string? Completion, string? Messages, bool RowsAreLines)
{
    /// <summary>The columns that options name.</summary>
    /// <exception cref="ArgumentException">They contradict each other.</exception>
    public static LanguageModelInputs Of(BlockLlmLanguageModelOptions options)
    {
        if (options.PromptColumnName is null != options.CompletionColumnName is null)
            throw new ArgumentException("PromptColumnName and CompletionColumnName belong together. Name both, or neither for whole texts.", nameof(options));
        if (options.PromptColumnName is not null && options.MessagesColumnName is not null)
            throw new ArgumentException("PromptColumnName and MessagesColumnName are both set. Rows hold either prompts and completions, or conversations.", nameof(options));
        if (options.PromptColumnName is not null && options.PromptColumnName == options.CompletionColumnName)
            throw new ArgumentException($"PromptColumnName and CompletionColumnName are both '{options.PromptColumnName}'. Name two columns.", nameof(options));
        var holdsTexts = options.PromptColumnName is null && options.MessagesColumnName is null;
        if (options.RowsAreLines && !holdsTexts)
            throw new ArgumentException("RowsAreLines is for rows of text; prompts, completions and conversations are no lines of one text.", nameof(options));
        return new LanguageModelInputs(holdsTexts ? options.TextColumnName : null, options.PromptColumnName, options.CompletionColumnName, options.MessagesColumnName, options.RowsAreLines);
    }

    /// <summary>The columns of data that was checked.</summary>
    public IReadOnlyList<DataViewSchema.Column> In(DataViewSchema schema) => [.. Named.Select(column => schema[column.Name])];

    /// <summary>Checks that the columns are there and hold text.</summary>
    /// <exception cref="ArgumentOutOfRangeException">A column is missing or has another type.</exception>
    public void Check(DataViewSchema schema, string parameter)
    {
        foreach (var (role, name) in Named)
        {
            if (schema.GetColumnOrNull(name) is not { } column)
                throw InputColumns.Missing(role, name, schema.Where(c => !c.IsHidden).Select(c => c.Name), parameter);
            if (column.Type is not TextDataViewType)
                throw InputColumns.Mismatch(role, name, "text", column.Type.ToString()!, parameter);
        }
    }

    /// <summary>Checks the promise of a schema that an estimator gets before there is any data.</summary>
    /// <exception cref="ArgumentOutOfRangeException">A column is missing or has another type.</exception>
    public void Check(SchemaShape shape, string parameter)
    {
        foreach (var (role, name) in Named)
        {
            var column = shape.FirstOrDefault(c => c.Name == name);
            if (column.Name is null)
                throw InputColumns.Missing(role, name, shape.Select(c => c.Name), parameter);
            if (column.Kind != SchemaShape.Column.VectorKind.Scalar || column.IsKey || column.ItemType is not TextDataViewType)
                throw InputColumns.Mismatch(role, name, "text", InputColumns.Describe(column), parameter);
        }
    }

    private IEnumerable<(string Role, string Name)> Named => new[] { ("text", Text), ("prompt", Prompt), ("completion", Completion), ("messages", Messages) }
        .Where(column => column.Item2 is not null).Select(column => (column.Item1, column.Item2!));
}
