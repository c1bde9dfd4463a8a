namespace ScoringBenchmark;

/// <summary>A text to score, and the label that training wants. Public, since ML.NET reads its properties.</summary>
public sealed class TextRow
{
    public string Label { get; set; } = "";

    public string Text { get; set; } = "";
}
