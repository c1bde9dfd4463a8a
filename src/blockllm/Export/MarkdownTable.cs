namespace Microsoft.ML.BlockLlm.Tool;

/// <summary>Writes tables in Markdown.</summary>
internal static class MarkdownTable
{
    /// <summary>A table, without a line break at its end.</summary>
    /// <param name="header">The heads of its columns.</param>
    /// <param name="rows">Its rows.</param>
    public static string Of(IReadOnlyList<string> header, IEnumerable<IReadOnlyList<string>> rows) =>
        string.Join('\n', [Line(header), Line([.. header.Select(_ => "---")]), .. rows.Select(Line)]);

    private static string Line(IReadOnlyList<string> cells) => $"| {string.Join(" | ", cells.Select(cell => cell.Replace("|", "\\|").ReplaceLineEndings(" ")))} |";
}
