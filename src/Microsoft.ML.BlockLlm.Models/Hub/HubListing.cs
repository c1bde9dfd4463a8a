using System.Text.Json;

namespace Microsoft.ML.BlockLlm.Models;

/// <summary>What a hub says about one revision of a model: its commit and the names of its files.</summary>
internal sealed record HubListing(string Commit, IReadOnlyList<string> FileNames)
{
    private const string Shard = "model-";
    private const string Safetensors = ".safetensors";

    /// <summary>Reads the hub's answer.</summary>
    public static HubListing Read(Stream json, string source)
    {
        try
        {
            using var document = JsonDocument.Parse(json);
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

    /// <summary>The files that a model is loaded from: configuration, tokenizer, pooling, and weights as safetensors.</summary>
    public IEnumerable<string> ModelFileNames()
    {
        var isWhole = FileNames.Contains(ModelFiles.Weights);
        return FileNames.Where(name =>
            name is ModelFiles.Config or GenerationConfigFile.Name or SentencePooling.Modules || SentencePooling.IsSettings(name) || TokenizerFiles.Names.Contains(name)
            || (isWhole ? name == ModelFiles.Weights : name == ModelFiles.WeightsIndex || IsShard(name)));
    }

    private static bool IsShard(string name) =>
        name.StartsWith(Shard, StringComparison.Ordinal) && name.EndsWith(Safetensors, StringComparison.Ordinal) && !name.Contains('/');

    private static bool LeavesFolder(string name) =>
        name.Length == 0 || name.Contains('\\') || name.Contains(':') || name.Split('/').Any(part => part is "" or "." or "..");
}
