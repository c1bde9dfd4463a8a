using System.Text.Json;

namespace Microsoft.ML.BlockLlm.Tool;

/// <summary>One training of a comparison, as the process that made it reports it.</summary>
/// <param name="Method">The name that the method has in the comparison.</param>
/// <param name="LearningRate">The learning rate.</param>
/// <param name="Seed">The seed.</param>
/// <param name="Quality">Accuracy of a classifier; perplexity of a language model.</param>
/// <param name="Steps">Updates made.</param>
/// <param name="Seconds">How long training took.</param>
/// <param name="ActiveShare">Mean share of the weights that an update changed.</param>
/// <param name="Memory">What it took above the loaded model.</param>
internal sealed record ComparedRun(string Method, double LearningRate, int Seed, double Quality, long Steps, double Seconds, double ActiveShare, TrainingMemory Memory)
{
    /// <summary>Reads the line of JSON that <c>train --json</c> prints.</summary>
    public static ComparedRun Of(string method, double learningRate, int seed, PlanTask task, string line)
    {
        using var document = JsonDocument.Parse(line);
        var result = document.RootElement;
        var quality = result.GetProperty("validation").GetProperty(task == PlanTask.Lm ? "perplexity" : "accuracy");
        var memory = result.GetProperty("memory");
        return new(
            method, learningRate, seed, quality.ValueKind == JsonValueKind.Number ? quality.GetDouble() : double.NaN, result.GetProperty("steps").GetInt64(),
            result.GetProperty("seconds").GetDouble(), result.GetProperty("active_share").GetDouble(),
            new TrainingMemory(memory.GetProperty("measured").GetInt64(), memory.GetProperty("planned").GetInt64()));
    }
}
