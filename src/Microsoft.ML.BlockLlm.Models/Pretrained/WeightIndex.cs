using System.Text.Json;

namespace Microsoft.ML.BlockLlm.Models;

/// <summary>A folder's <c>model.safetensors.index.json</c>: which tensor lies in which of several files.</summary>
internal sealed class WeightIndex
{
    private readonly string _directory;
    private readonly IReadOnlyDictionary<string, string> _fileOf;

    private WeightIndex(string directory, IReadOnlyDictionary<string, string> fileOf)
    {
        _directory = directory;
        _fileOf = fileOf;
        FileNames = [.. fileOf.Values.Distinct().Order(StringComparer.Ordinal)];
        if (FileNames.FirstOrDefault(LeavesFolder) is { } name)
            throw NotInFolder(name);
    }

    /// <summary>The files' names; none of them leaves the folder. What lies there under a name may be a link to a file elsewhere, as in the hub's cache: whoever can make links can make files too.</summary>
    public IReadOnlyList<string> FileNames { get; }

    /// <summary>The files' paths.</summary>
    /// <exception cref="ModelLoadException">A file is missing.</exception>
    public IReadOnlyList<string> FilePaths => [.. FileNames.Select(PathOf)];

    /// <summary>Reads the index.</summary>
    public static WeightIndex Read(string directory)
    {
        var path = Path.Combine(directory, ModelFiles.WeightsIndex);
        try
        {
            using var stream = File.OpenRead(path);
            using var json = JsonDocument.Parse(BoundedFile.Read(stream, path, BoundedFile.MaxTable), StrictJson.Options);
            var fileOf = new Dictionary<string, string>();
            foreach (var item in json.RootElement.GetProperty("weight_map").EnumerateObject())
            {
                if (!fileOf.TryAdd(item.Name, item.Value.GetString() ?? ""))
                    throw new ModelLoadException($"{path} names tensor '{item.Name}' twice. Fetch the model again.");
            }
            return new WeightIndex(directory, fileOf);
        }
        catch (Exception exception) when (exception is JsonException or KeyNotFoundException or InvalidOperationException)
        {
            throw new ModelLoadException($"{path} must hold a JSON object with a weight_map from tensors to files: {exception.Message}", exception);
        }
    }

    /// <summary>Throws if a tensor lies elsewhere than the index says, or in two files.</summary>
    public void RequireTrue(IReadOnlyList<SafetensorsFile> files)
    {
        var places = files.SelectMany(file => file.Tensors.Select(tensor => (tensor.Name, File: Path.GetFileName(file.Path))))
            .ToLookup(place => place.Name, place => place.File);
        var missing = _fileOf.Where(item => !places[item.Key].Contains(item.Value)).Select(item => $"'{item.Key}' is not in {item.Value}");
        var twice = places.Where(place => place.Count() > 1).Select(place => $"'{place.Key}' is in {string.Join(" and ", place)}");
        var unnamed = places.Where(place => !_fileOf.ContainsKey(place.Key)).Select(place => $"'{place.Key}' in {place.First()} is not named");
        var problems = missing.Concat(twice).Concat(unnamed).ToList();
        if (problems.Count == 0)
            return;
        throw new ModelLoadException(
            $"{_directory}: {ModelFiles.WeightsIndex} does not say where the tensors are. {string.Join("; ", problems)}. Fetch the model again.");
    }

    private string PathOf(string name)
    {
        var path = Path.Combine(_directory, name);
        return File.Exists(path) ? path : throw NotInFolder(name);
    }

    private ModelLoadException NotInFolder(string name) =>
        new($"{_directory}: {ModelFiles.WeightsIndex} names the file '{name}', which is not in the folder. Fetch the model again.");

    private static bool LeavesFolder(string name) => name is "" or "." or ".." || name.AsSpan().ContainsAny('/', '\\', ':');
}
