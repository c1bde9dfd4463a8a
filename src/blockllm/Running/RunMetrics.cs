using System.Text.Json;
using Microsoft.ML.BlockLlm.Models;
using Microsoft.ML.BlockLlm.Training;

namespace Microsoft.ML.BlockLlm.Tool;

/// <summary>The measurements of a run, as <c>metrics.jsonl</c> and as TensorBoard's event file. They go on where the run does: lines of updates that are made once more are dropped.</summary>
/// <param name="folder">The folder of the run.</param>
/// <param name="resume">Whether the run goes on from a checkpoint, rather than anew.</param>
/// <param name="perplexity">Whether the loss is that of a language model. Default false.</param>
internal sealed class RunMetrics(RunFolder folder, bool resume, bool perplexity = false) : IProgress<TrainingProgress>, IDisposable
{
    private Stream? _stream;
    private MetricsFile? _lines;
    private TensorBoardFile? _events;
    private long _lastStep;

    public void Report(TrainingProgress value)
    {
        // A run that went back to a checkpoint makes updates once more.
        if (value.Step <= _lastStep)
            EndLines();
        _lines ??= BeginLines(value.Step);
        _events ??= BeginEvents(value.Step);
        _lastStep = value.Step;
        _lines.Report(value);
        _events.Report(value);
    }

    public void Dispose()
    {
        _events?.Dispose();
        EndLines();
    }

    private void EndLines()
    {
        _lines?.Dispose();
        _stream?.Dispose();
        (_lines, _stream) = (null, null);
    }

    private TensorBoardFile BeginEvents(long firstStep)
    {
        // A run that was ended before its first checkpoint begins again at the first update.
        if (!resume || firstStep == 1)
            foreach (var older in Directory.GetFiles(folder.Path, TensorBoardFile.NamePrefix + "*"))
                File.Delete(older);
        return new TensorBoardFile(folder.Path, perplexity);
    }

    private MetricsFile BeginLines(long firstStep)
    {
        var goesOn = resume || _lastStep > 0;
        string[] kept = goesOn && File.Exists(folder.Metrics) ? [.. File.ReadLines(folder.Metrics).TakeWhile(line => IsBefore(line, firstStep))] : [];
        AtomicFile.WriteText(folder.Metrics, string.Concat(kept.Select(line => line + "\n")));
        _stream = new FileStream(folder.Metrics, FileMode.Append, FileAccess.Write, FileShare.Read);
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
