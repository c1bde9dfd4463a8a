using System.Text;
using System.Text.Json;
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

    public void Report(TrainingProgress value)
    {
        _lines ??= BeginLines(value.Step);
        _events ??= BeginEvents();
        _lines.Report(value);
        _events.Report(value);
    }

    public void Dispose()
    {
        _events?.Dispose();
        _lines?.Dispose();
        _stream?.Dispose();
    }

    private TensorBoardFile BeginEvents()
    {
        if (!resume)
            foreach (var older in Directory.GetFiles(folder.Path, TensorBoardFile.NamePrefix + "*"))
                File.Delete(older);
        return new TensorBoardFile(folder.Path, perplexity);
    }

    private MetricsFile BeginLines(long firstStep)
    {
        var kept = resume && File.Exists(folder.Metrics) ? File.ReadLines(folder.Metrics).TakeWhile(line => IsBefore(line, firstStep)).ToList() : [];
        _stream = new FileStream(folder.Metrics, FileMode.Create, FileAccess.Write, FileShare.Read);
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
