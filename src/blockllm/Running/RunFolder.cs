using Microsoft.ML.BlockLlm.Training;

namespace Microsoft.ML.BlockLlm.Tool;

/// <summary>The folder that a training run writes to.</summary>
internal sealed class RunFolder
{
    private RunFolder(string path) => Path = path;

    /// <summary>Its path.</summary>
    public string Path { get; }

    /// <summary>The trained model, as ML.NET saves it.</summary>
    public string Model => In("model.zip");

    /// <summary>All settings of the run, as a configuration file.</summary>
    public string Settings => In("settings.yaml");

    /// <summary>A line of JSON for each update.</summary>
    public string Metrics => In("metrics.jsonl");

    /// <summary>A page to look at.</summary>
    public string Report => In("report.html");

    /// <summary>The checkpoints of the training.</summary>
    public string Checkpoints => In("checkpoints");

    /// <summary>The trained model as a Hugging Face folder.</summary>
    public string Export => In("model");

    /// <summary>Opens the folder of a run that has begun, even if it was ended before its first checkpoint.</summary>
    /// <exception cref="UsageException">It is none, or it has ended and its checkpoints are gone.</exception>
    public static RunFolder Open(string path)
    {
        var folder = new RunFolder(path);
        if (!File.Exists(folder.Settings))
            throw new UsageException($"'{path}' is no folder of a training: it must hold settings.yaml, which 'train' writes to --output.");
        return File.Exists(folder.Model) && !Directory.Exists(folder.Checkpoints)
            ? throw new UsageException($"'{path}' holds a trained model and no checkpoints, so there is nothing to go on from. Train anew with 'train --config {folder.Settings}'.")
            : folder;
    }

    /// <summary>Makes the folder, unless it is there.</summary>
    /// <param name="path">The folder.</param>
    /// <param name="overwrite">Whether what an older training has left in it may be replaced.</param>
    /// <exception cref="UsageException">No folder is named, or it holds a model or a training that is not to be replaced.</exception>
    public static RunFolder Create(string? path, bool overwrite)
    {
        if (string.IsNullOrEmpty(path))
            throw new UsageException("No folder is named to save the model in. Give one with --output.");
        var folder = new RunFolder(path);
        if (!overwrite && File.Exists(folder.Model))
            throw new UsageException($"'{path}' holds a trained model already. Name another folder with --output, or replace it with --overwrite.");
        if (!overwrite && TrainingCheckpoint.Latest(folder.Checkpoints) is { } last)
            throw new UsageException($"'{path}' holds a training that was ended after update {last.Step}. Go on with 'blockllm resume {path}', name another folder with --output, or begin anew with --overwrite.");
        Directory.CreateDirectory(path);
        return folder;
    }

    /// <summary>Begins a training in the folder: what an older one has left there goes, and the settings are saved.</summary>
    /// <param name="settings">The settings by name.</param>
    /// <exception cref="CheckpointException">Another training is running in the folder, or it cannot be written.</exception>
    public void Begin(IEnumerable<(string Key, object? Value)> settings)
    {
        // First the checkpoints, which are refused while their training is running.
        TrainingCheckpoint.DeleteAll(Checkpoints);
        foreach (var older in Directory.GetFiles(Path, TensorBoardFile.NamePrefix + "*").Concat([Model, Metrics, Report]))
            File.Delete(older);
        ConfigurationFile.Write(Settings, settings);
    }

    private string In(string name) => System.IO.Path.Combine(Path, name);
}
