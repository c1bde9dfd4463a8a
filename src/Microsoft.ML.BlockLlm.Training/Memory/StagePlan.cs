namespace Microsoft.ML.BlockLlm.Training;

/// <summary>What a <see cref="MemoryPlan"/> expects of one stage, in bytes.</summary>
/// <param name="Name">The stage's name in the model.</param>
/// <param name="Weights">Its weights, those it shares with a stage below left out.</param>
/// <param name="Activations">What its graph keeps from forward to backward; 0 if it has no graph, or runs again for backward.</param>
/// <param name="Boundary">Its output, which is kept as the next stage's input.</param>
public sealed record StagePlan(string Name, long Weights, long Activations, long Boundary);
