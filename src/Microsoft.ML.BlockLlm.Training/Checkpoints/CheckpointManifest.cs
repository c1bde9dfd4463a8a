using System.Security.Cryptography;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace Microsoft.ML.BlockLlm.Training;

/// <summary>The file <c>checkpoint.json</c>: what a checkpoint holds, and of which training.</summary>
internal sealed record CheckpointManifest
{
    public const string FileName = "checkpoint.json";
    private const int FirstFormat = 1;
    private const int CurrentFormat = 3;

    /// <summary>Most bytes of a manifest: fifty times what those of this version have.</summary>
    private const int MaxBytes = 1 << 20;

    private static readonly JsonSerializerOptions s_json = new()
    {
        WriteIndented = true,
        NumberHandling = JsonNumberHandling.AllowNamedFloatingPointLiterals,
        UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow,
        RespectNullableAnnotations = true,
    };

    public int Format { get; init; } = CurrentFormat;

    /// <summary>Updates made.</summary>
    public required long Step { get; init; }

    /// <summary>Where the data is to be read on.</summary>
    public required PassPosition Position { get; init; }

    /// <summary>State of the random numbers.</summary>
    public required byte[] RandomState { get; init; }

    /// <summary>The best evaluation.</summary>
    public required BestEvaluation Best { get; init; }

    /// <summary>What the report has gathered besides its history.</summary>
    public required RecordTotals Totals { get; init; }

    /// <summary>What training it is of: what has to be the same for it to go on, by name.</summary>
    public required IReadOnlyDictionary<string, string> Run { get; init; }

    /// <summary>SHA-256 over the validation data; null where the model was not evaluated yet, and in formats before the third.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? ValidationDigest { get; init; }

    /// <summary>The other files of the checkpoint.</summary>
    public required IReadOnlyList<CheckpointFile> Files { get; init; }

    /// <summary>SHA-256 of this file with an empty digest, in hexadecimal.</summary>
    public string Digest { get; init; } = "";

    /// <summary>The files of <see cref="Files"/> that hold the history.</summary>
    [JsonIgnore]
    public IReadOnlyList<CheckpointFile> History => [.. Files.Skip(3)];

    public byte[] ToJson() => JsonSerializer.SerializeToUtf8Bytes(this with { Digest = OwnDigest() }, s_json);

    /// <exception cref="InvalidDataException">The file is not one that <see cref="ToJson"/> made.</exception>
    /// <exception cref="CheckpointException">A newer version wrote it.</exception>
    /// <exception cref="IOException">The file cannot be read.</exception>
    public static CheckpointManifest Read(string checkpoint)
    {
        using var stream = Open(checkpoint, FileName);
        if (stream.Length > MaxBytes)
            throw new InvalidDataException($"its {FileName} has {stream.Length:N0} bytes, and none of a checkpoint has more than {MaxBytes:N0}");
        try
        {
            var json = new byte[stream.Length];
            stream.ReadExactly(json);
            var manifest = Parse(checkpoint, json);
            return manifest.Digest == manifest.OwnDigest()
                ? manifest
                : throw new InvalidDataException($"the bytes of its {FileName} are not those that were written");
        }
        catch (JsonException exception)
        {
            throw new InvalidDataException($"its {FileName} is no valid JSON of a checkpoint", exception);
        }
    }

    /// <summary>Reads a manifest of this format, whatever its digest.</summary>
    internal static CheckpointManifest Parse(string checkpoint, byte[] json)
    {
        var format = JsonSerializer.Deserialize<FormatOnly>(json)?.Format ?? throw new InvalidDataException($"its {FileName} holds null");
        if (format > CurrentFormat)
            throw new CheckpointException(checkpoint, $"its {FileName} has format {format}, and this version reads formats up to {CurrentFormat}. Go on with the version that wrote it, or give this training a folder of its own.");
        if (format < FirstFormat)
            throw new InvalidDataException($"its {FileName} has format {format}, which there is not");
        var manifest = JsonSerializer.Deserialize<CheckpointManifest>(json, s_json)!;
        return manifest.Files.Contains(null) ? throw new InvalidDataException($"one of the files that its {FileName} names is null") : manifest;
    }

    /// <summary>Opens a file of a checkpoint.</summary>
    /// <exception cref="InvalidDataException">It is missing.</exception>
    /// <exception cref="IOException">It cannot be read.</exception>
    public static FileStream Open(string checkpoint, string file)
    {
        try
        {
            return File.OpenRead(Path.Combine(checkpoint, file));
        }
        catch (FileNotFoundException exception)
        {
            throw new InvalidDataException($"it has no {file}", exception);
        }
    }

    private string OwnDigest() => Convert.ToHexStringLower(SHA256.HashData(JsonSerializer.SerializeToUtf8Bytes(this with { Digest = "" }, s_json)));

    private sealed record FormatOnly(int Format);
}

/// <summary>A file of a checkpoint.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Length">How many bytes it has.</param>
/// <param name="Sha256">Its SHA-256, in hexadecimal.</param>
internal sealed record CheckpointFile(string Name, long Length, string Sha256);
