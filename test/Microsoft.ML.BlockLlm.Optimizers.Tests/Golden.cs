using System.Text.Json;

namespace Microsoft.ML.BlockLlm.Optimizers.Tests;

/// <summary>The runs that golden/trajectories.py computed with PyTorch.</summary>
internal sealed record Golden(
    float[] Inputs,
    long[] Targets,
    Dictionary<string, float[]> Initial,
    Dictionary<string, long[]> Shapes,
    Golden.Run AdamW,
    Golden.Run AdamWClipped,
    Golden.Run MaskedAdamW,
    Golden.BlockLlmRun BlockLlm,
    Golden.BlockLlmRun BlockLlmReset,
    Golden.BlockLlmRun BlockLlmWarmup) : IGoldenNetwork
{
    private static readonly JsonSerializerOptions Json = new() { PropertyNamingPolicy = new SnakeCase() };

    public static Golden Trajectories { get; } =
        JsonSerializer.Deserialize<Golden>(File.ReadAllText(Path.Combine(AppContext.BaseDirectory, "golden", "trajectories.json")), Json)!;

    /// <summary>The runs that golden/{method}.py computed.</summary>
    public static Dictionary<string, Run> Of(string method) =>
        JsonSerializer.Deserialize<Dictionary<string, Run>>(File.ReadAllText(Path.Combine(AppContext.BaseDirectory, "golden", $"{method}.json")), Json)!;

    internal record Run(double[] Losses, Dictionary<string, float[]> Weights, long Budget);

    internal sealed record BlockLlmRun(
        double[] Losses, Dictionary<string, float[]> Weights, long Budget, Selection[] Selections, long[] Active, Dictionary<string, long> Visits)
        : Run(Losses, Weights, Budget);

    internal sealed record Selection(int Step, string[] Taken);

    private sealed class SnakeCase : JsonNamingPolicy
    {
        public override string ConvertName(string name) =>
            SnakeCaseLower.ConvertName(name.Replace("AdamW", "Adamw", StringComparison.Ordinal));
    }
}
