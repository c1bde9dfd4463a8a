using System.Text.Json;

namespace Microsoft.ML.BlockLlm.Optimizers.Tests;

/// <summary>The runs that golden/block_methods.py computed with PyTorch, on a network with four numbered layers between embedding and head.</summary>
internal sealed record GoldenBlocks(
    float[] Inputs, long[] Targets, Dictionary<string, float[]> Initial, Dictionary<string, long[]> Shapes, Dictionary<string, GoldenBlocks.Run> Runs) : IGoldenNetwork
{
    public static GoldenBlocks All { get; } =
        JsonSerializer.Deserialize<GoldenBlocks>(File.ReadAllText(Path.Combine(AppContext.BaseDirectory, "golden", "block_methods.json")), JsonSerializerOptions.Web)!;

    /// <param name="Losses">Loss before each update.</param>
    /// <param name="Active">The blocks that were active, period by period.</param>
    /// <param name="Weights">The weights at the end.</param>
    internal sealed record Run(double[] Losses, string[][] Active, Dictionary<string, float[]> Weights);
}
