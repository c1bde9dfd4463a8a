namespace ScoringBenchmark;

/// <summary>What a prediction engine gives. Public, since ML.NET writes its properties.</summary>
public sealed class ScoredText
{
    public float[] Score { get; set; } = [];
}
