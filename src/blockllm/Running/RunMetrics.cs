using System.Text;
using System.Text.Json;
using Microsoft.ML.BlockLlm.Training;

namespace Microsoft.ML.BlockLlm.Tool;

/// <summary>The file <c>metrics.jsonl</c> of a run, which goes on where the run does: lines of updates that are made once more are dropped.</summary>
/// <param name="path">The file.</param>
/// <param name="resume">Whether the run goes on from a checkpoint, rather than anew.</param>
internal sealed class RunMetrics(string path, bool resume) : IProgress<TrainingProgress>, IDisposable
{
    private Stream? _stream;
    private MetricsFile? _file;

    public void Report(TrainingProgress value)
    {
        _file ??= Begin(value.Step);
        _file.Report(value);
    }

    public void Dispose()
    {
        _file?.Dispose();
        _stream?.Dispose();
    }

    private MetricsFile Begin(long firstStep)
    {
        var kept = resume && File.Exists(path) ? File.ReadLines(path).TakeWhile(line => IsBefore(line, firstStep)).ToList() : [];
        _stream = new FileStream(path, FileMode.Create, FileAccess.Write, FileShare.Read);
        foreach (var line in kept)
            _stream.Write(Encoding.UTF8.GetBytes(line + "\n"));
        return new MetricsFile(_stream);
    }

    /// <summary>Whether a line is whole, and of an update before another; a killed process leaves part of one.</summary>
    private static bool IsBefore(string line, long step)
    {
        try
        {
            using var json = JsonDocument.Parse(line);
            return json.RootElement.GetProperty("step").GetInt64() < step;
        }
        catch (JsonException)
        {
            return false;
        }
    }
}
