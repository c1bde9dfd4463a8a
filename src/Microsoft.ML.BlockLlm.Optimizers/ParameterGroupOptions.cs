namespace Microsoft.ML.BlockLlm.Optimizers;

/// <summary>Hyperparameters for the parameters whose name matches a pattern, where they differ from the optimizer's own.</summary>
/// <param name="Pattern">Which parameters: a name with <c>*</c> for any characters and <c>?</c> for one, as in <c>*.bias</c>.</param>
public sealed record ParameterGroupOptions(string Pattern)
{
    /// <summary>Learning rate of the group; null for the optimizer's own. A scheduler changes each group from its own start.</summary>
    public double? LearningRate { get; init; }

    /// <summary>Decoupled weight decay of the group; null for the optimizer's own.</summary>
    public double? WeightDecay { get; init; }
}
