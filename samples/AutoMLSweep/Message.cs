using Microsoft.ML.Data;

/// <summary>A row of the data: a label and a text, separated by a tab.</summary>
internal sealed class Message
{
    [LoadColumn(0)]
    public string Label { get; set; } = "";

    [LoadColumn(1)]
    public string Text { get; set; } = "";
}
