using System.Text.Json;
using System.Text.Json.Serialization;
using Microsoft.ML.BlockLlm.Models;

namespace Microsoft.ML.BlockLlm.Persistence;

/// <summary>Writes and reads the named streams that a transformer has inside an ML.NET model file.</summary>
internal static class ModelStreams
{
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

    /// <summary>Reads a stream of JSON.</summary>
    /// <exception cref="FormatException">The stream is missing, is no JSON, or lacks a part; the message names the stream.</exception>
    public static T LoadJson<T>(this ModelLoadContext ctx, string name) where T : class =>
        ctx.LoadPart(name, stream => JsonSerializer.Deserialize<T>(stream, Json) ?? throw new FormatException("It holds null."));

    /// <summary>Reads a stream.</summary>
    /// <exception cref="FormatException">The stream is missing or damaged; the message names the stream.</exception>
    public static T LoadPart<T>(this ModelLoadContext ctx, string name, Func<Stream, T> read) where T : class
    {
        T? part = null;
        if (!Guard(name, () => ctx.TryLoadBinaryStream(name, reader => part = read(reader.BaseStream))))
            throw new FormatException($"The model file has no part '{name}'. Save the model again, or take another copy of the file.");
        return part!;
    }

    /// <summary>The streams, as the files of a model.</summary>
    public static ModelFileReader Files(this ModelLoadContext ctx) =>
        (name, read) => ctx.TryLoadBinaryStream(name, reader => read(reader.BaseStream));

    /// <summary>Reads the weights, the configuration and the tokenizer.</summary>
    /// <exception cref="FormatException">A part is missing or damaged, or the parts do not fit one another.</exception>
    public static T LoadNetwork<T>(this ModelLoadContext ctx, Func<ModelFileReader, T> load)
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
        catch (Exception e) when (e is FormatException or JsonException or ArgumentException or IOException or InvalidDataException or NotSupportedException or OverflowException)
        {
            throw new FormatException($"The part '{name}' of the model file is damaged: {e.Message}", e);
        }
    }
}
