using TorchSharp;
using static TorchSharp.torch;

namespace Microsoft.ML.BlockLlm.Models;

/// <summary>The weights in a folder: <c>model.safetensors</c>, or the files that <c>model.safetensors.index.json</c> names.</summary>
internal static class WeightFiles
{
    /// <summary>Opens the weights. No data is read until a tensor is loaded.</summary>
    public static IEnumerable<(string Name, IReadOnlyList<long> Shape, Func<Tensor> Load)> Open(string directory)
    {
        var files = IsWhole(directory) ? [SafetensorsFile.Open(WholeIn(directory))] : OpenParts(directory);
        return files.SelectMany(file => file.Tensors.Select(tensor =>
            (tensor.Name, tensor.Shape, (Func<Tensor>)(() => file.MapTensor(tensor.Name)))));
    }

    /// <summary>Reads weights from a stream.</summary>
    /// <param name="stream">The content of a <c>model.safetensors</c>.</param>
    /// <param name="source">What to call it in messages.</param>
    /// <param name="scope">Owns the tensors, until a module takes them over.</param>
    public static IEnumerable<(string Name, IReadOnlyList<long> Shape, Func<Tensor> Load)> ReadAll(Stream stream, string source, DisposeScope scope)
    {
        var tensors = SafetensorsFile.ReadAll(stream, source);
        foreach (var tensor in tensors.Values)
            scope.Attach(tensor);
        return tensors.Select(item => (item.Key, (IReadOnlyList<long>)item.Value.shape, (Func<Tensor>)(() => item.Value)));
    }

    /// <summary>Throws if the folder has no weights that could be opened.</summary>
    public static void RequireIn(string directory)
    {
        if (!IsWhole(directory))
            _ = ReadIndex(directory).FilePaths;
    }

    /// <summary>Says what a model has instead of weights that could be opened.</summary>
    /// <param name="source">Where the model is from.</param>
    /// <param name="fileNames">The names of its files.</param>
    public static ModelLoadException Missing(string source, IEnumerable<string> fileNames) => new(fileNames.FirstOrDefault(IsPickle) is { } pickle
        ? $"{source} has its weights in {pickle}. That is a Python pickle, which can run any code when it is read, so it is never opened. " +
          $"Save the model in Python with save_pretrained(folder, safe_serialization=True) to get {ModelFiles.Weights}."
        : $"{source} has no {ModelFiles.Weights}. A model needs {ModelFiles.Config}, {ModelFiles.Tokenizer} and {ModelFiles.Weights}.");

    private static bool IsPickle(string name) => name is "model.pt" or "model.pth" or "pytorch_model.bin.index.json"
        || (name.StartsWith("pytorch_model", StringComparison.Ordinal) && name.EndsWith(".bin", StringComparison.Ordinal));

    private static List<SafetensorsFile> OpenParts(string directory)
    {
        var index = ReadIndex(directory);
        var files = index.FilePaths.Select(SafetensorsFile.Open).ToList();
        index.RequireTrue(files);
        return files;
    }

    private static WeightIndex ReadIndex(string directory) => File.Exists(Path.Combine(directory, ModelFiles.WeightsIndex))
        ? WeightIndex.Read(directory)
        : throw Missing(directory, Directory.EnumerateFiles(directory).Select(path => Path.GetFileName(path)).Order(StringComparer.Ordinal));

    private static bool IsWhole(string directory) => File.Exists(WholeIn(directory));

    private static string WholeIn(string directory) => Path.Combine(directory, ModelFiles.Weights);
}
