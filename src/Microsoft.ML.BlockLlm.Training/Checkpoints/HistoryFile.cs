using System.Text.Json;
using System.Text.Json.Serialization;

namespace Microsoft.ML.BlockLlm.Training;

/// <summary>The history of a run as JSON, an update a line, in the files of <see cref="HistorySegments"/>.</summary>
internal static class HistoryFile
{
    private static readonly JsonSerializerOptions s_json = new() { NumberHandling = JsonNumberHandling.AllowNamedFloatingPointLiterals, RespectNullableAnnotations = true };

    /// <summary>The files for a history, of which the first are those of an earlier checkpoint.</summary>
    public static IEnumerable<CheckpointPart> Parts(IReadOnlyList<TrainingProgress> history, SavedHistory? earlier)
    {
        long[] firsts = [.. (earlier?.Files ?? []).Select(file => HistorySegments.FirstOf(file.Name)!.Value)];
        var (kept, next) = HistorySegments.Keep(firsts, earlier?.Steps ?? 0, history.Count);
        for (var i = 0; i < kept; i++)
        {
            var (file, first, end) = (earlier!.Files[i], firsts[i], i + 1 < firsts.Length ? firsts[i + 1] : earlier.Steps + 1);
            yield return new CheckpointPart(file.Name, stream => Write(stream, history, first, end), new WrittenPart(Path.Combine(earlier.Checkpoint, file.Name), file));
        }

        if (kept == 0 || next <= history.Count)
            yield return new CheckpointPart(HistorySegments.NameOf(next), stream => Write(stream, history, next, history.Count + 1));
    }

    /// <summary>Whether files are those of a history, in order and without holes at the beginning.</summary>
    public static bool AreParts(IReadOnlyList<CheckpointFile> files)
    {
        long?[] firsts = [.. files.Select(file => HistorySegments.FirstOf(file.Name))];
        return firsts is [1, ..] && firsts.Zip(firsts.Skip(1)).All(pair => pair.First < pair.Second);
    }

    /// <summary>Reads the files of a history.</summary>
    /// <exception cref="InvalidDataException">A line is no update, or not the next one.</exception>
    public static IReadOnlyList<TrainingProgress> Read(IEnumerable<string> paths) => TrainingHistory.Complete(ReadLines(paths));

    private static IEnumerable<TrainingProgress> ReadLines(IEnumerable<string> paths)
    {
        var number = 0;
        foreach (var (path, line) in paths.SelectMany(path => File.ReadLines(path).Select(line => (path, line))))
        {
            number++;
            TrainingProgress? step;
            try
            {
                step = JsonSerializer.Deserialize<TrainingProgress>(line, s_json);
            }
            catch (JsonException exception)
            {
                throw new InvalidDataException($"the line of update {number} in its {Path.GetFileName(path)} is none", exception);
            }

            yield return step?.Step == number ? step : throw new InvalidDataException($"the line of update {number} in its {Path.GetFileName(path)} is that of update {step?.Step}");
        }
    }

    // The updates from the first up to but not with the end, counted from 1.
    private static void Write(Stream stream, IReadOnlyList<TrainingProgress> history, long first, long end)
    {
        for (var number = first; number < end; number++)
        {
            stream.Write(JsonSerializer.SerializeToUtf8Bytes(TrainingHistory.Shortened(history[(int)number - 1]), s_json));
            stream.Write("\n"u8);
        }
    }
}

/// <summary>The history that a checkpoint holds.</summary>
/// <param name="Checkpoint">The checkpoint.</param>
/// <param name="Steps">How many updates it has.</param>
/// <param name="Files">Its files.</param>
internal sealed record SavedHistory(string Checkpoint, long Steps, IReadOnlyList<CheckpointFile> Files);
