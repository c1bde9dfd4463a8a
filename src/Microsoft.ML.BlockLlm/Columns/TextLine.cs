namespace Microsoft.ML.BlockLlm;

/// <summary>A line of a text, as a row of data.</summary>
internal sealed class TextLine
{
    public string Text { get; set; } = "";
}
