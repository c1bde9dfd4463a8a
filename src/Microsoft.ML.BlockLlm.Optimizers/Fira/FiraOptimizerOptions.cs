namespace Microsoft.ML.BlockLlm.Optimizers;

/// <summary>Options of <see cref="FiraOptimizer"/>.</summary>
public sealed record FiraOptimizerOptions : SubspaceOptimizerOptions
{
    /// <summary>
    /// Factor α of the learning rate of the matrices that are trained in low rank, at least 0. Default: 0.25, as published for models below a billion weights; 0.0625 above. The
    /// released library leaves it at 1.
    /// </summary>
    public double Scale { get; init; } = 0.25;

    /// <summary>Factor γ by which the norm of the steps outside the space may grow in one update, at least 1. Default: 1.01, as published.</summary>
    public double NormGrowthLimit { get; init; } = 1.01;

    /// <inheritdoc/>
    public override void Validate()
    {
        base.Validate();
        CheckRate(Scale, nameof(Scale));
        Require(NormGrowthLimit >= 1 && double.IsFinite(NormGrowthLimit), nameof(NormGrowthLimit), NormGrowthLimit, "a finite number of at least 1");
    }
}
