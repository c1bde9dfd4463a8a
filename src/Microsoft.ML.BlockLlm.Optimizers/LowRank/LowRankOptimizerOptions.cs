namespace Microsoft.ML.BlockLlm.Optimizers;

/// <summary>Options of optimizers that keep Adam's moments of weight matrices in a space of low rank: <see cref="GaLoreOptimizer"/>, <see cref="FiraOptimizer"/>, <see cref="ApolloOptimizer"/>.</summary>
/// <remarks>
/// Low rank is for matrices whose smaller dimension exceeds <see cref="Rank"/>. Everything else is trained by AdamW in full: vectors, smaller matrices, and what
/// <see cref="SelectiveOptimizerOptions.AlwaysActive"/> names. The papers also leave embeddings and heads to AdamW: name them there.
/// </remarks>
public abstract record LowRankOptimizerOptions : SelectiveOptimizerOptions
{
    /// <summary>Rank r of the space, at least 1. Default: 128; 256 for APOLLO.</summary>
    public int Rank { get; init; } = 128;

    /// <summary>After how many updates of a matrix its space is chosen anew, at least 1; the moments stay as they are, as published. Default: 200.</summary>
    public int Period { get; init; } = 200;

    /// <summary>Whether a parameter is trained in low rank, unless it is named in <see cref="SelectiveOptimizerOptions.AlwaysActive"/>.</summary>
    /// <param name="rows">Its first dimension.</param>
    /// <param name="columns">Its second dimension; 1 if it is no matrix.</param>
    public bool Projects(long rows, long columns) => Math.Min(rows, columns) > Rank;

    /// <inheritdoc/>
    public override void Validate()
    {
        base.Validate();
        Require(Rank >= 1, nameof(Rank), Rank, "at least 1");
        Require(Period >= 1, nameof(Period), Period, "at least 1");
    }
}
