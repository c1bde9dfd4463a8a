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

    /// <summary>Opens the folder of a run that has begun.</summary>
    /// <exception cref="UsageException">It is none.</exception>
    public static RunFolder Open(string path)
    {
        var folder = new RunFolder(path);
        return File.Exists(folder.Settings) && Directory.Exists(folder.Checkpoints)
            ? folder
            : throw new UsageException($"'{path}' is no folder of a training that can go on: it must hold settings.yaml and checkpoints, which 'train' writes to --output.");
    }

    /// <summary>Makes the folder, unless it is there.</summary>
    /// <param name="path">The folder.</param>
    /// <param name="overwrite">Whether an older model in it may be replaced.</param>
    /// <exception cref="UsageException">No folder is named, or it holds a model that is not to be replaced.</exception>
    public static RunFolder Create(string? path, bool overwrite)
    {
        if (string.IsNullOrEmpty(path))
            throw new UsageException("No folder is named to save the model in. Give one with --output.");
        var folder = new RunFolder(path);
        if (!overwrite && File.Exists(folder.Model))
            throw new UsageException($"'{path}' holds a trained model already. Name another folder with --output, or replace it with --overwrite.");
        Directory.CreateDirectory(path);
        return folder;
    }

    private string In(string name) => System.IO.Path.Combine(Path, name);
}
