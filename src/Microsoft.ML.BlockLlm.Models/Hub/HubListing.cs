using System.Text.Json;

namespace Microsoft.ML.BlockLlm.Models;

/// <summary>What a hub says about one revision of a model: its commit and the names of its files.</summary>
internal sealed record HubListing(string Commit, IReadOnlyList<string> FileNames)
{
    /// <summary>Whether all weights are in one file.</summary>
    public bool IsWhole => FileNames.Contains(ModelFiles.Weights);

    /// <summary>Reads the hub's answer.</summary>
    public static HubListing Read(Stream json, string source)
    {
        try
        {
            using var document = JsonDocument.Parse(BoundedFile.Read(json, source));
            var commit = document.RootElement.GetProperty("sha").GetString() ?? "";
            var names = document.RootElement.GetProperty("siblings").EnumerateArray().Select(item => item.GetProperty("rfilename").GetString() ?? "").ToList();
            if (!HubCache.IsCommit(commit))
                throw new ModelLoadException($"{source} names the commit '{commit}', which is none.");
            if (names.Find(LeavesFolder) is { } name)
                throw new ModelLoadException($"{source} names the file '{name}', which would not lie in the model's folder.");
            return new HubListing(commit, names);
        }
        catch (Exception exception) when (exception is JsonException or KeyNotFoundException or InvalidOperationException)
        {
            throw new ModelLoadException($"{source} is no description of a model: {exception.Message}", exception);
        }
    }

    /// <summary>Throws if there are no weights that could be loaded.</summary>
    public void RequireWeights(string source)
    {
        if (!IsWhole && !FileNames.Contains(ModelFiles.WeightsIndex))
            throw WeightFiles.Missing(source, FileNames);
    }

    /// <summary>The files that a model is loaded from: configuration, tokenizer, pooling, and weights as safetensors, or the index that names their parts.</summary>
    public IEnumerable<string> ModelFileNames() => FileNames.Where(name =>
        name is ModelFiles.Config or GenerationConfigFile.Name or SentencePooling.Modules || SentencePooling.IsSettings(name) || TokenizerFiles.Names.Contains(name) || SentenceLength.Names.Contains(name)
        || name == (IsWhole ? ModelFiles.Weights : ModelFiles.WeightsIndex));

    /// <summary>The files that an index names, each of which must be there.</summary>
    public IReadOnlyList<string> Parts(WeightIndex index, string source) => index.FileNames.FirstOrDefault(name => !FileNames.Contains(name)) is { } missing
        ? throw new ModelLoadException($"{source}: {ModelFiles.WeightsIndex} names the file '{missing}', which the hub does not have. The model is not complete.")
        : index.FileNames;

    private static bool LeavesFolder(string name) =>
        name.Length == 0 || name.Contains('\\') || name.Contains(':') || name.Split('/').Any(part => part is "" or "." or "..");
}
