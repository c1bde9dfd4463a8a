using Microsoft.ML.Data;

/// <summary>A line of a text.</summary>
internal sealed class Line
{
    [LoadColumn(0)]
    public string Text { get; set; } = "";
}
