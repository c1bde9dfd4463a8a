using System.CommandLine;

namespace Microsoft.ML.BlockLlm.Tool;

/// <summary>The flags that name the columns of data for a classifier.</summary>
internal sealed class ColumnFlags
{
    public Option<string> Label { get; } = new("--label-column") { HelpName = "text", Description = "Name of the column with the label.", DefaultValueFactory = _ => "Label" };

    public Option<string> Text { get; } = new("--text-column") { HelpName = "text", Description = "Name of the column with the text.", DefaultValueFactory = _ => "Text" };

    public Option<string?> SecondText { get; } = new("--second-text-column") { HelpName = "text", Description = "Name of the column with the second text of each pair, for a model of pairs. Default: SecondText." };

    /// <summary>The column with second texts; null for a model of single texts.</summary>
    public string? SecondTextOf(ParseResult parsed, SavedModel model) => model.ReadsPairs ? parsed.GetValue(SecondText) ?? nameof(TextPairRow.SecondText) : null;
}
