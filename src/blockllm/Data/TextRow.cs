namespace Microsoft.ML.BlockLlm.Tool;

/// <summary>A row of data as models of this command know it, whatever the columns of the file are called.</summary>
internal class TextRow
{
    public string Label { get; set; } = "";

    public string Text { get; set; } = "";
}

/// <summary>A row with a pair of texts.</summary>
internal sealed class TextPairRow : TextRow
{
    public string SecondText { get; set; } = "";
}
