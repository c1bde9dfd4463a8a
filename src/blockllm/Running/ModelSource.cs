using Microsoft.ML.BlockLlm.Models;

namespace Microsoft.ML.BlockLlm.Tool;

/// <summary>Finds the pretrained model that a setting names.</summary>
internal static class ModelSource
{
    /// <summary>What the name of a model on the hub begins with.</summary>
    public const string Hub = "hub:";

    /// <summary>Opens a folder, or downloads what is named <c>hub:owner/name</c> unless it is in the cache.</summary>
    /// <exception cref="UsageException">No model is named.</exception>
    /// <exception cref="ModelLoadException">The model is not there, or not understood.</exception>
    public static PretrainedModel Open(string? model, CancellationToken cancellationToken)
    {
        if (string.IsNullOrEmpty(model))
            throw new UsageException("No model is named. Give a Hugging Face folder with --model, or 'hub:owner/name' to download one.");
        return model.StartsWith(Hub, StringComparison.Ordinal)
            ? PretrainedModel.FromHub(model[Hub.Length..], cancellationToken: cancellationToken)
            : PretrainedModel.FromDirectory(model);
    }

    /// <summary>The files of a model: those in its folder, and the configurations of its modules in folders below.</summary>
    /// <exception cref="ModelLoadException">The model is not there, or not understood.</exception>
    public static IReadOnlyList<string> Files(string model, CancellationToken cancellationToken)
    {
        var folder = Open(model, cancellationToken).Directory!;
        return [.. Directory.GetFiles(folder).Concat(Directory.GetDirectories(folder).Select(module => Path.Combine(module, "config.json")).Where(File.Exists)).Order(StringComparer.Ordinal)];
    }
}
