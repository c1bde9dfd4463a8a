namespace Microsoft.ML.BlockLlm.Optimizers;

/// <summary>Options of optimizers that project onto the leading singular vectors of a gradient: <see cref="GaLoreOptimizer"/> and <see cref="FiraOptimizer"/>.</summary>
public abstract record SubspaceOptimizerOptions : LowRankOptimizerOptions
{
    /// <summary>
    /// Whether the singular vectors come from a full decomposition, as published; it takes minutes for the matrices of a large model. Default: false, by randomised subspace
    /// iteration (Halko, Martinsson and Tropp 2011, arXiv 0909.4061).
    /// </summary>
    public bool ExactDecomposition { get; init; }

    /// <summary>How many random directions beyond the rank subspace iteration starts with, at least 0. Default: 8.</summary>
    public int Oversampling { get; init; } = 8;

    /// <summary>How often subspace iteration multiplies by the gradient and its transpose, at least 0; more separates close singular values better. Default: 2.</summary>
    public int PowerIterations { get; init; } = 2;

    /// <inheritdoc/>
    public override void Validate()
    {
        base.Validate();
        Require(Oversampling >= 0, nameof(Oversampling), Oversampling, "at least 0");
        Require(PowerIterations >= 0, nameof(PowerIterations), PowerIterations, "at least 0");
    }
}
