using static TorchSharp.torch;

namespace Microsoft.ML.BlockLlm.Models;

/// <summary>Low-rank branches beside the linear layers of a whole model.</summary>
internal static class LowRankAdapters
{
    /// <summary>The layers that may have a branch, with their names in the model.</summary>
    public static IEnumerable<(string Name, AdaptableLayer Layer)> LayersOf(StagedModel model)
    {
        foreach (var (name, module) in model.named_modules())
        {
            if (module is AdaptableLayer layer)
                yield return (name, layer);
        }
    }

    /// <summary>Whether a parameter is one of a branch.</summary>
    public static bool Has(string parameter) => parameter.Contains($".{AdaptableLayer.AdapterName}.", StringComparison.Ordinal);

    /// <summary>Whether a model has branches.</summary>
    public static bool AreIn(StagedModel model) => model.named_parameters().Any(entry => Has(entry.name));

    /// <summary>Merges all branches of a model into its weights.</summary>
    public static void Merge(StagedModel model)
    {
        using var scope = NewDisposeScope();
        foreach (var (_, layer) in LayersOf(model).ToList())
            layer.Merge();
    }
}
