using System.Globalization;

namespace Microsoft.ML.BlockLlm.Training;

/// <summary>A checkpoint in a folder, as far as its manifest tells.</summary>
/// <param name="Path">Its folder.</param>
/// <param name="Step">Updates made before it.</param>
/// <param name="Seed">The seed of its training.</param>
public sealed record TrainingCheckpoint(string Path, long Step, int Seed)
{
    /// <summary>Finds the last checkpoint in a folder whose manifest can be read.</summary>
    /// <param name="directory">The folder, such as <see cref="CheckpointOptions.Directory"/>; it need not be there.</param>
    /// <returns>The checkpoint; null if there is none.</returns>
    public static TrainingCheckpoint? Latest(string directory)
    {
        ArgumentException.ThrowIfNullOrEmpty(directory);
        return CheckpointFolder.In(directory).Select(TryRead).FirstOrDefault(checkpoint => checkpoint is not null);
    }

    /// <summary>Deletes all checkpoints in a folder, so that no training goes on from them.</summary>
    /// <param name="directory">The folder; it need not be there.</param>
    /// <exception cref="CheckpointException">A training that is running writes its own there, or the folder cannot be written.</exception>
    public static void DeleteAll(string directory)
    {
        ArgumentException.ThrowIfNullOrEmpty(directory);
        if (!Directory.Exists(directory))
            return;
        using var folder = new CheckpointFolder(directory);
        folder.KeepOnly(new HashSet<string>());
    }

    private static TrainingCheckpoint? TryRead(string path)
    {
        try
        {
            var manifest = CheckpointManifest.Read(path);
            return int.TryParse(manifest.Run.GetValueOrDefault(RunDescription.SeedName), NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var seed)
                ? new TrainingCheckpoint(path, manifest.Step, seed)
                : null;
        }
        catch (Exception exception) when (exception is IOException or InvalidDataException or UnauthorizedAccessException)
        {
            return null;
        }
    }
}
