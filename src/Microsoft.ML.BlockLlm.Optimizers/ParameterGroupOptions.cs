namespace Microsoft.ML.BlockLlm.Optimizers;

/// <summary>Hyperparameters for the parameters whose name matches a pattern, where they differ from the optimizer's own.</summary>
/// <param name="Pattern">Which parameters: a name with <c>*</c> for any characters and <c>?</c> for one, as in <c>*.bias</c>.</param>
public sealed record ParameterGroupOptions(string Pattern)
{
    /// <summary>Learning rate of the group, at least 0. A scheduler changes each group from its own start. Default: null, the optimizer's own.</summary>
    public double? LearningRate { get; init; }

    /// <summary>Weight decay of the group, at least 0; it enters as the optimizer's own does. Default: null, the optimizer's own.</summary>
    public double? WeightDecay { get; init; }
}
