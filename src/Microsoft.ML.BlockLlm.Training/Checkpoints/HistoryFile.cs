using System.Text.Json;
using System.Text.Json.Serialization;

namespace Microsoft.ML.BlockLlm.Training;

/// <summary>The history of a run as JSON, an update a line. Blocks and their visits stand only where they changed.</summary>
internal static class HistoryFile
{
    private static readonly JsonSerializerOptions s_json = new() { NumberHandling = JsonNumberHandling.AllowNamedFloatingPointLiterals, RespectNullableAnnotations = true };

    public static void Write(Stream stream, IReadOnlyList<TrainingProgress> history)
    {
        foreach (var step in history)
        {
            stream.Write(JsonSerializer.SerializeToUtf8Bytes(step.Reselected ? step : step with { ActiveBlocks = [], Visits = new Dictionary<string, long>() }, s_json));
            stream.Write("\n"u8);
        }
    }

    /// <exception cref="InvalidDataException">A line is no update, or not the next one.</exception>
    public static IReadOnlyList<TrainingProgress> Read(string path)
    {
        var history = new List<TrainingProgress>();
        foreach (var line in File.ReadLines(path))
        {
            TrainingProgress? step;
            try
            {
                step = JsonSerializer.Deserialize<TrainingProgress>(line, s_json);
            }
            catch (JsonException exception)
            {
                throw new InvalidDataException($"line {history.Count + 1} of its {Path.GetFileName(path)} is no update", exception);
            }

            if (step?.Step != history.Count + 1)
                throw new InvalidDataException($"line {history.Count + 1} of its {Path.GetFileName(path)} is update {step?.Step}");
            history.Add(step.Reselected || history.Count == 0 ? step : step with { ActiveBlocks = history[^1].ActiveBlocks, Visits = history[^1].Visits });
        }

        return history;
    }
}
