using System.IO.Compression;
using System.Security.Cryptography;
using System.Text.Json;
using Microsoft.ML.BlockLlm.Training;

namespace Microsoft.ML.BlockLlm.Fuzzing;

/// <summary>Checkpoints that were tampered with by somebody who knows how digests are made: they guard against accidents, not against him.</summary>
internal static class SignedCheckpoint
{
    /// <summary>A checkpoint as an archive.</summary>
    public static byte[] Pack(string checkpoint) => Archive.Pack(
        Directory.GetFiles(checkpoint).Order(StringComparer.Ordinal).Select(path => (Path.GetFileName(path), File.ReadAllBytes(path))), CompressionLevel.Optimal);

    /// <summary>Makes a checkpoint the same each time it is written, and its digests true.</summary>
    public static void MakeReproducible(string checkpoint)
    {
        foreach (var path in Directory.GetFiles(checkpoint).Where(path => Path.GetExtension(path) is ".json" or ".jsonl"))
            File.WriteAllBytes(path, Reproducible.Json(File.ReadAllBytes(path)));
        var manifest = Path.Combine(checkpoint, CheckpointManifest.FileName);
        File.WriteAllBytes(manifest, WithTrueDigest(File.ReadAllBytes(manifest), checkpoint)!);
    }

    /// <summary>Puts an archive in the place of a checkpoint, with true digests where it still is one.</summary>
    public static void Unpack(byte[] archive, string checkpoint)
    {
        Directory.Delete(checkpoint, recursive: true);
        Directory.CreateDirectory(checkpoint);
        try
        {
            using var zip = new ZipArchive(new MemoryStream(archive));
            foreach (var entry in zip.Entries.Where(entry => entry.Name.Length > 0 && entry.FullName == entry.Name))
                entry.ExtractToFile(Path.Combine(checkpoint, entry.Name), overwrite: true);
        }
        catch (Exception exception) when (exception is InvalidDataException or IOException or NotSupportedException or ArgumentException)
        {
            // What there is of it stays.
        }

        var manifest = Path.Combine(checkpoint, CheckpointManifest.FileName);
        if (File.Exists(manifest) && WithTrueDigest(File.ReadAllBytes(manifest), checkpoint) is { } signed)
            File.WriteAllBytes(manifest, signed);
    }

    /// <summary>A manifest with its true digest, and those of its files that are there; null where it is none.</summary>
    public static byte[]? WithTrueDigest(byte[] manifest, string? checkpoint = null)
    {
        try
        {
            var parsed = CheckpointManifest.Parse("", manifest);
            return (checkpoint is null ? parsed : parsed with { Files = [.. parsed.Files.Select(file => Described(checkpoint, file))] }).ToJson();
        }
        catch (Exception exception) when (exception is JsonException or InvalidDataException or CheckpointException or ArgumentException or IOException)
        {
            return null;
        }
    }

    private static CheckpointFile Described(string checkpoint, CheckpointFile file)
    {
        // A name of no file, or of a folder, stays as it is.
        var path = Path.Combine(checkpoint, file.Name);
        if (!File.Exists(path))
            return file;
        var bytes = File.ReadAllBytes(path);
        return file with { Length = bytes.Length, Sha256 = Convert.ToHexStringLower(SHA256.HashData(bytes)) };
    }
}
