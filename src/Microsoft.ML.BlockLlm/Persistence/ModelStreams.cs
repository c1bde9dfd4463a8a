using System.Text.Json;
using System.Text.Json.Serialization;
using Microsoft.ML.BlockLlm.Models;
using Microsoft.ML.BlockLlm.Training;

namespace Microsoft.ML.BlockLlm.Persistence;

/// <summary>Writes and reads the named streams that a transformer has inside an ML.NET model file.</summary>
internal static class ModelStreams
{
    private const string Summary = "training.json";

    /// <summary>Most bytes of a part: those of the history of a million updates.</summary>
    private const int MaxJson = 1 << 30;

    private static readonly JsonSerializerOptions Json = new()
    {
        WriteIndented = true,
        IncludeFields = true,
        NumberHandling = JsonNumberHandling.AllowNamedFloatingPointLiterals,
        UnmappedMemberHandling = JsonUnmappedMemberHandling.Skip,
        RespectNullableAnnotations = true,
        Converters = { new JsonStringEnumConverter() },
    };

    public static void SaveJson<T>(this ModelSaveContext ctx, string name, T value) =>
        ctx.SaveBinaryStream(name, writer => writer.Write(JsonSerializer.SerializeToUtf8Bytes(value, Json)));

    /// <summary>Saves the summary of the training.</summary>
    public static void SaveSummary(this ModelSaveContext ctx, TrainingSummary summary) =>
        ctx.SaveJson(Summary, summary with { History = [.. summary.History.Select(TrainingHistory.Shortened)] });

    /// <summary>Reads the summary of the training.</summary>
    /// <exception cref="FormatException">It is missing or damaged.</exception>
    public static TrainingSummary LoadSummary(this ModelLoadContext ctx) => Completed(ctx.LoadJson<TrainingSummary>(Summary));

    /// <summary>A summary as it was before it was saved.</summary>
    /// <exception cref="FormatException">An update is missing.</exception>
    public static TrainingSummary Completed(TrainingSummary saved) => Guard(Summary, () =>
        saved.History.Contains(null) ? throw new FormatException("An update of its history is null.") : saved with { History = TrainingHistory.Complete(saved.History) });

    /// <summary>Makes sure that what lies there is of a kind and version that can be read.</summary>
    /// <exception cref="FormatException">It is not.</exception>
    public static void RequireVersion(this ModelLoadContext ctx, VersionInfo version)
    {
        try
        {
            ctx.CheckAtModel(version);
        }
        catch (FormatException exception)
        {
            throw new FormatException($"The model file holds no transformer that this version can read: {exception.Message}", exception);
        }
    }

    /// <summary>Reads a stream of JSON.</summary>
    /// <exception cref="FormatException">The stream is missing, is no JSON, or lacks a part; the message names the stream.</exception>
    public static T LoadJson<T>(this ModelLoadContext ctx, string name) where T : class
    {
        var json = Guard(name, () => BoundedFile.ReadIfThere(ctx.Files(), name, "the model file", MaxJson));
        return json is null ? throw new FormatException($"The model file has no part '{name}'. Save the model again, or take another copy of the file.") : ReadJson<T>(name, json);
    }

    /// <summary>Reads JSON.</summary>
    /// <exception cref="FormatException">It is none, or lacks a part; the message names the stream.</exception>
    public static T ReadJson<T>(string name, byte[] json) where T : class =>
        Guard(name, () => JsonSerializer.Deserialize<T>(json, Json) ?? throw new FormatException("It holds null."));

    /// <summary>The streams, as the files of a model.</summary>
    public static ModelFileReader Files(this ModelLoadContext ctx) => (name, read) =>
    {
        ArchivedPart.RequireBounded(ctx, name);
        try
        {
            return ctx.TryLoadBinaryStream(name, reader => read(reader.BaseStream));
        }
        catch (InvalidDataException exception)
        {
            throw new InvalidDataException($"'{name}' cannot be unpacked: {exception.Message}", exception);
        }
    };

    /// <summary>Reads what a model's files hold: the weights, the configuration and the tokenizer, or the chat template.</summary>
    /// <exception cref="FormatException">A part is missing or damaged, or the parts do not fit one another.</exception>
    public static T LoadFiles<T>(this ModelLoadContext ctx, Func<ModelFileReader, T> load)
    {
        try
        {
            return load(ctx.Files());
        }
        catch (Exception e) when (e is ModelLoadException or IOException or InvalidDataException or ArgumentException)
        {
            throw new FormatException($"The model file is damaged. {e.Message}", e);
        }
    }

    /// <summary>Says which part of the file is damaged when reading it fails.</summary>
    public static T Guard<T>(string name, Func<T> read)
    {
        try
        {
            return read();
        }
        catch (Exception e) when (e is FormatException or ModelLoadException or JsonException or ArgumentException or IOException or InvalidDataException or NotSupportedException or OverflowException or TimeoutException)
        {
            throw new FormatException($"The part '{name}' of the model file is damaged: {e.Message}", e);
        }
    }
}
