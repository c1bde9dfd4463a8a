namespace Microsoft.ML.BlockLlm.Optimizers;

/// <summary>Options of <see cref="FrugalOptimizer"/>.</summary>
/// <remarks>
/// It divides matrices. Vectors, and what <see cref="SelectiveOptimizerOptions.AlwaysActive"/> names, are trained by AdamW in full. The paper leaves embeddings and heads to AdamW too: name them there.
/// </remarks>
public sealed record FrugalOptimizerOptions : SelectiveOptimizerOptions
{
    /// <summary>Share ρ of the weights of matrices that have Adam's state at a time, in [0, 1]; 0 leaves them all to sign steps. Default: 0.25.</summary>
    public double Density { get; init; } = 0.25;

    /// <summary>What they consist of. Default: whole matrices.</summary>
    public FrugalSubspace Subspace { get; init; } = FrugalSubspace.Blocks;

    /// <summary>After how many updates they are chosen anew, at least 1; state then starts from nothing, as published. Default: 200.</summary>
    public int Period { get; init; } = 200;

    /// <summary>Learning rate of sign steps, as a share of that of Adam, at least 0. Default: 1.</summary>
    public double SignStepRate { get; init; } = 1;

    /// <summary>Whether a parameter is one that is divided, unless it is named in <see cref="SelectiveOptimizerOptions.AlwaysActive"/>: a matrix.</summary>
    /// <param name="rows">Its first dimension.</param>
    /// <param name="columns">Its second dimension; 1 if it is no matrix.</param>
    public static bool Divides(long rows, long columns) => Math.Min(rows, columns) > 1;

    /// <summary>Most weights of matrices that have Adam's state at a time: the share, or all of the first matrix that is drawn where it is larger.</summary>
    internal long MostWithState(IReadOnlyCollection<(long Rows, long Columns)> matrices) => Subspace == FrugalSubspace.Columns
        ? matrices.Sum(WithState)
        : Density == 0 ? 0 : Math.Max((long)(Density * matrices.Sum(Size)), matrices.Select(Size).DefaultIfEmpty().Max());

    /// <summary>Weights of the columns of a matrix that have Adam's state.</summary>
    internal long WithState((long Rows, long Columns) matrix) => matrix.Rows * (long)Math.Ceiling((decimal)Density * matrix.Columns);

    private static long Size((long Rows, long Columns) matrix) => matrix.Rows * matrix.Columns;

    /// <inheritdoc/>
    public override void Validate()
    {
        base.Validate();
        Require(Density is >= 0 and <= 1, nameof(Density), Density, "at least 0 and at most 1");
        Require(Enum.IsDefined(Subspace), nameof(Subspace), Subspace, $"one of {string.Join(", ", Enum.GetNames<FrugalSubspace>())}");
        Require(Period >= 1, nameof(Period), Period, "at least 1");
        CheckRate(SignStepRate, nameof(SignStepRate));
    }
}
