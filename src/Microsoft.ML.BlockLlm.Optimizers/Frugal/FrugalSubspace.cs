namespace Microsoft.ML.BlockLlm.Optimizers;

/// <summary>What the part of the weights with state consists of in <see cref="FrugalOptimizer"/>.</summary>
public enum FrugalSubspace
{
    /// <summary>Whole matrices.</summary>
    Blocks,

    /// <summary>Columns of every matrix.</summary>
    Columns,
}
