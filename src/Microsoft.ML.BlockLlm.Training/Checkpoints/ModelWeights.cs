using Microsoft.ML.BlockLlm.Models;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace Microsoft.ML.BlockLlm.Training;

/// <summary>The weights of a model by name, written to and read from safetensors.</summary>
internal static class ModelWeights
{
    /// <summary>Every parameter once, under its first name.</summary>
    public static IEnumerable<(string Name, Parameter Parameter)> Of(StagedModel model)
    {
        var seen = new HashSet<Parameter>(ReferenceEqualityComparer.Instance);
        return model.named_parameters().Where(entry => seen.Add(entry.parameter)).ToList();
    }

    /// <summary>Opens a file, and makes sure that it holds tensors that fit parameters.</summary>
    /// <param name="path">The file.</param>
    /// <param name="parameters">The parameters.</param>
    /// <param name="isWhole">Whether the file must hold all of them.</param>
    /// <exception cref="FormatException">The file breaks the format.</exception>
    /// <exception cref="InvalidDataException">The file holds other tensors.</exception>
    public static SafetensorsFile Open(string path, IReadOnlyDictionary<string, Parameter> parameters, bool isWhole)
    {
        var file = SafetensorsFile.Open(path);
        foreach (var entry in file.Tensors)
        {
            if (!parameters.TryGetValue(entry.Name, out var parameter) || parameter.dtype != entry.DType || !parameter.shape.AsSpan().SequenceEqual(entry.Shape.ToArray()))
                throw new InvalidDataException($"its {Path.GetFileName(path)} has a tensor '{entry.Name}' of {entry.DType} [{string.Join(", ", entry.Shape)}], which the model does not");
        }
        return !isWhole || file.Tensors.Count == parameters.Count
            ? file
            : throw new InvalidDataException($"its {Path.GetFileName(path)} has {file.Tensors.Count} of the {parameters.Count} weights that are trained");
    }

    /// <summary>Gives the parameters the values of a file.</summary>
    public static void Load(SafetensorsFile file, IReadOnlyDictionary<string, Parameter> parameters)
    {
        using var withoutGraph = no_grad();
        foreach (var entry in file.Tensors)
        {
            using var value = file.ReadTensor(entry.Name);
            parameters[entry.Name].copy_(value);
        }
    }
}
