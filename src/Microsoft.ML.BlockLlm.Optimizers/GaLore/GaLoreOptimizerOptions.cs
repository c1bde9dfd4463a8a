namespace Microsoft.ML.BlockLlm.Optimizers;

/// <summary>Options of <see cref="GaLoreOptimizer"/>.</summary>
public sealed record GaLoreOptimizerOptions : SubspaceOptimizerOptions
{
    /// <summary>Factor α of the learning rate of the matrices that are trained in low rank, at least 0. Default: 0.25, as published.</summary>
    public double Scale { get; init; } = 0.25;

    /// <inheritdoc/>
    public override void Validate()
    {
        base.Validate();
        CheckRate(Scale, nameof(Scale));
    }
}
