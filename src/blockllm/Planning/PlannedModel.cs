using Microsoft.ML.BlockLlm.Models;

namespace Microsoft.ML.BlockLlm.Tool;

/// <summary>Finds the shape of a model that a command names: a folder, or the name of a well-known model.</summary>
internal static class ModelShape
{
    /// <summary>Finds a shape.</summary>
    /// <exception cref="UsageException">It is neither a folder nor a known name.</exception>
    public static ModelConfig Find(string model)
    {
        if (NamedShapes.Find(model) is { } known)
            return known;
        return Directory.Exists(model)
            ? PretrainedModel.FromDirectory(model).Config
            : throw new UsageException(
                $"There is no folder '{model}', and no known model of this name; did you mean '{NearestName.Of(model, NamedShapes.Names)}'? Known are: {string.Join(", ", NamedShapes.Names)}.");
    }
}
