using Microsoft.ML.BlockLlm.Models;

namespace Microsoft.ML.BlockLlm.Tool;

/// <summary>A model to plan for, of which nothing but its shape is there yet.</summary>
/// <param name="Name">Its name, its folder, or the file with its shape.</param>
/// <param name="Config">Its shape.</param>
/// <param name="IsPretrained">Whether training begins with weights, rather than with new ones.</param>
internal sealed record PlannedModel(string Name, ModelConfig Config, bool IsPretrained)
{
    /// <summary>Finds the model that a command names.</summary>
    /// <param name="pretrained">A folder, or the name of a well-known model; null if the other is given.</param>
    /// <param name="newModel">The shape of a new model, as <c>lm train --new-model</c> takes it; null if the other is given.</param>
    /// <exception cref="UsageException">Neither or both are given, or there is no such thing.</exception>
    public static PlannedModel Find(string? pretrained, string? newModel) => (pretrained, newModel) switch
    {
        ({ } name, null) => new(name, NamedShapes.Find(name) ?? OfFolder(name), IsPretrained: true),
        (null, { } path) => new(path, NewShape.Read(path), IsPretrained: false),
        _ => throw new UsageException("Name either a model, or the shape of a new one with --new-model."),
    };

    private static ModelConfig OfFolder(string folder) => Directory.Exists(folder)
        ? PretrainedModel.FromDirectory(folder).Config
        : throw new UsageException(
            $"There is no folder '{folder}', and no known model of this name; did you mean '{NearestName.Of(folder, NamedShapes.Names)}'? Known are: {string.Join(", ", NamedShapes.Names)}.");
}
