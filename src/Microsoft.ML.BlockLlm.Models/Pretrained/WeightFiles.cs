using System.Text.Json;
using static TorchSharp.torch;

namespace Microsoft.ML.BlockLlm.Models;

/// <summary>The weights in a folder: <c>model.safetensors</c>, or the files that <c>model.safetensors.index.json</c> names.</summary>
internal static class WeightFiles
{
    private static readonly string[] s_pickles = ["pytorch_model.bin", "pytorch_model.bin.index.json", "model.pt", "model.pth"];

    /// <summary>Opens the weights. No data is read until a tensor is loaded.</summary>
    public static IEnumerable<(string Name, IReadOnlyList<long> Shape, Func<Tensor> Load)> Open(string directory)
    {
        var files = FilesIn(directory).Select(SafetensorsFile.Open).ToList();
        var twice = files.SelectMany(file => file.Tensors).CountBy(tensor => tensor.Name).FirstOrDefault(count => count.Value > 1).Key;
        if (twice is not null)
            throw new ModelLoadException($"{directory}: tensor '{twice}' is in more than one of its safetensors files.");
        return files.SelectMany(file => file.Tensors.Select(tensor =>
            (tensor.Name, tensor.Shape, (Func<Tensor>)(() => file.MapTensor(tensor.Name)))));
    }

    /// <summary>Throws if the folder has no weights that could be opened.</summary>
    public static void RequireIn(string directory) => FilesIn(directory);

    private static List<string> FilesIn(string directory)
    {
        var single = Path.Combine(directory, ModelFiles.Weights);
        if (File.Exists(single))
            return [single];
        var index = Path.Combine(directory, ModelFiles.WeightsIndex);
        if (File.Exists(index))
            return [.. NamesIn(index).Select(name => PartIn(directory, name))];
        if (s_pickles.FirstOrDefault(name => File.Exists(Path.Combine(directory, name))) is { } pickle)
            throw new ModelLoadException(
                $"{directory} has its weights in {pickle}. That is a Python pickle, which can run any code when it is read, so it is never opened. " +
                $"Save the model in Python with save_pretrained(folder, safe_serialization=True) to get {ModelFiles.Weights}.");
        throw new ModelLoadException($"{directory} has no {ModelFiles.Weights}. A model needs {ModelFiles.Config}, {ModelFiles.Tokenizer} and {ModelFiles.Weights}.");
    }

    private static IEnumerable<string> NamesIn(string index)
    {
        try
        {
            using var json = JsonDocument.Parse(File.ReadAllBytes(index));
            return [.. json.RootElement.GetProperty("weight_map").EnumerateObject().Select(item => item.Value.GetString() ?? "").Distinct().Order(StringComparer.Ordinal)];
        }
        catch (Exception exception) when (exception is JsonException or KeyNotFoundException or InvalidOperationException)
        {
            throw new ModelLoadException($"{index} must hold a JSON object with a weight_map from tensors to files: {exception.Message}", exception);
        }
    }

    private static string PartIn(string directory, string name)
    {
        var path = Path.Combine(directory, name);
        if (name.Length == 0 || Path.GetFileName(name) != name || !File.Exists(path))
            throw new ModelLoadException($"{directory}: {ModelFiles.WeightsIndex} names the file '{name}', which is not in the folder. Fetch the model again.");
        return path;
    }
}
