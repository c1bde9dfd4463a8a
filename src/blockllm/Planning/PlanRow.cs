using Microsoft.ML.BlockLlm.Training;

namespace Microsoft.ML.BlockLlm.Tool;

/// <summary>What memory one method takes, in bytes; all but the method is null if not even one text fits into the limit.</summary>
/// <param name="Method">The method.</param>
/// <param name="BatchSize">Texts at once.</param>
/// <param name="Length">Tokens of each.</param>
/// <param name="Recompute">Which stages compute their activations again: <c>None</c>, <c>All</c>, or how many of the lowest.</param>
/// <param name="Weights">The model's weights.</param>
/// <param name="Gradients">Gradients, and what a selection makes of them.</param>
/// <param name="State">The optimizer's state.</param>
/// <param name="Activations">Activations and outputs of stages that are kept.</param>
/// <param name="BestModel">The copy of the best weights.</param>
/// <param name="Peak">All of it at the moment when it is most.</param>
/// <param name="PeakWithReserve">What to have at hand.</param>
internal sealed record PlanRow(
    string Method, long? BatchSize, long? Length, string? Recompute, long? Weights, long? Gradients, long? State, long? Activations, long? BestModel, long? Peak, long? PeakWithReserve)
{
    public static PlanRow Of(string method, MemoryPlan? plan) => new(
        method, plan?.Batch.BatchSize, plan?.Batch.Length, plan?.Recompute.ToString(), plan?.Weights, plan?.Gradients, plan?.OptimizerState,
        plan?.Activations + plan?.Boundaries, plan?.BestModel, plan?.Peak, plan?.PeakWithReserve);
}
