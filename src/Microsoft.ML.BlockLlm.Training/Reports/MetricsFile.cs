using System.Text.Json;

namespace Microsoft.ML.BlockLlm.Training;

/// <summary>Writes a run as <c>metrics.jsonl</c>: one JSON object for each update, on a line of its own, as soon as it is done.</summary>
/// <remarks>
/// Numbers that are not finite, such as the accuracy where targets are no classes, are null. Times are in seconds, memory in bytes.
/// The active blocks, and how often each block was taken so far, are written only where blocks were chosen anew; between two such lines they are the same.
/// </remarks>
public sealed class MetricsFile : IProgress<TrainingProgress>, IDisposable
{
    private readonly Stream _stream;
    private readonly bool _ownsStream;

    /// <summary>Makes the file; an older one is replaced.</summary>
    /// <param name="path">Its path.</param>
    /// <exception cref="IOException">The file cannot be written.</exception>
    public MetricsFile(string path)
        : this(new FileStream(path, FileMode.Create, FileAccess.Write, FileShare.Read)) => _ownsStream = true;

    /// <summary>Writes to a stream, which stays the caller's.</summary>
    /// <param name="stream">The stream.</param>
    public MetricsFile(Stream stream)
    {
        ArgumentNullException.ThrowIfNull(stream);
        _stream = stream;
    }

    /// <inheritdoc/>
    public void Report(TrainingProgress value)
    {
        ArgumentNullException.ThrowIfNull(value);
        using (var json = new Utf8JsonWriter(_stream))
            Write(json, value);
        _stream.WriteByte((byte)'\n');
        _stream.Flush();
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        if (_ownsStream)
            _stream.Dispose();
    }

    private static void Write(Utf8JsonWriter json, TrainingProgress step)
    {
        json.WriteStartObject();
        json.WriteNumber("step", step.Step);
        json.WriteNumber("epoch", step.Epoch);
        WriteNumber(json, "loss", step.Loss);
        WriteNumber(json, "smoothed_loss", step.SmoothedLoss);
        WriteNumber(json, "accuracy", step.Accuracy);
        WriteNumber(json, "learning_rate", step.LearningRate);
        WriteNumber(json, "gradient_norm", step.GradientNorm);
        json.WriteNumber("active_coordinates", step.ActiveCoordinates);
        json.WriteNumber("always_active_coordinates", step.AlwaysActiveCoordinates);
        json.WriteBoolean("reselected", step.Reselected);
        if (step.Reselected)
        {
            WriteBlocks(json, step.ActiveBlocks);
            WriteVisits(json, step.Visits);
        }

        json.WriteNumber("data_seconds", step.Time.Data.TotalSeconds);
        json.WriteNumber("forward_seconds", step.Time.Forward.TotalSeconds);
        json.WriteNumber("backward_seconds", step.Time.Backward.TotalSeconds);
        json.WriteNumber("optimizer_seconds", step.Time.Optimizer.TotalSeconds);
        WriteNumber(json, "tokens_per_second", step.TokensPerSecond);
        json.WriteNumber("resident_memory", step.ResidentMemory);
        json.WriteNumber("elapsed_seconds", step.Elapsed.TotalSeconds);
        if (step.Validation is { } validation)
        {
            WriteNumber(json, "validation_loss", validation.Loss);
            WriteNumber(json, "validation_accuracy", validation.Accuracy);
        }

        json.WriteEndObject();
    }

    private static void WriteBlocks(Utf8JsonWriter json, IReadOnlyList<string> blocks)
    {
        json.WriteStartArray("active_blocks");
        foreach (var block in blocks)
            json.WriteStringValue(block);
        json.WriteEndArray();
    }

    private static void WriteVisits(Utf8JsonWriter json, IReadOnlyDictionary<string, long> visits)
    {
        json.WriteStartObject("visits");
        foreach (var (block, count) in visits)
            json.WriteNumber(block, count);
        json.WriteEndObject();
    }

    private static void WriteNumber(Utf8JsonWriter json, string name, double value)
    {
        if (double.IsFinite(value))
            json.WriteNumber(name, value);
        else
            json.WriteNull(name);
    }
}
