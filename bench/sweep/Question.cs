namespace SweepBenchmark;

/// <summary>A question of TREC and its class.</summary>
internal sealed class Question
{
    public string Label { get; set; } = "";

    public string Text { get; set; } = "";
}
