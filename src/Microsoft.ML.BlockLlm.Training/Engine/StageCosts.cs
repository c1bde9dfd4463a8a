using Microsoft.ML.BlockLlm.Models;
using TorchSharp.Modules;

namespace Microsoft.ML.BlockLlm.Training;

/// <summary>
/// What an update costs, by the stage of the shallowest parameter that it trains: the forward pass of all stages, and the backward pass from the
/// last stage down to that one.
/// </summary>
/// <remarks>
/// The unit is one forward pass. A stage takes its share of the weights: its products with the weights are what it computes, and a backward pass
/// through it, which gives the gradient of its input, takes as many again. The first stage looks its weights up and computes nothing.
/// Gradients of weights are left out: a selection takes as many wherever it lies. The activations to be kept lie in the same stages, so the
/// costs stand for memory as well. They are counted and not timed, since the same seed is to give the same selections.
/// </remarks>
internal static class StageCosts
{
    /// <summary>The cost of each parameter of a model; that of one in several stages is that of the lowest.</summary>
    public static IReadOnlyDictionary<Parameter, double> Of(StagedModel model)
    {
        double[] products = [.. model.Stages.Select((stage, s) => s == 0 ? 0.0 : stage.parameters().Where(IsMatrix).Sum(parameter => parameter.numel()))];
        var forward = Math.Max(1, products.Sum());
        var costs = new Dictionary<Parameter, double>(ReferenceEqualityComparer.Instance);
        var backward = 0.0;
        for (var s = model.Stages.Count - 1; s >= 0; s--)
        {
            backward += products[s];
            foreach (var parameter in model.Stages[s].parameters())
                costs[parameter] = (forward + backward) / forward;
        }

        return costs;
    }

    private static bool IsMatrix(Parameter parameter) => parameter.dim() >= 2;
}
