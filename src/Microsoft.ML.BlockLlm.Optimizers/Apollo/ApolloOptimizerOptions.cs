namespace Microsoft.ML.BlockLlm.Optimizers;

/// <summary>Options of <see cref="ApolloOptimizer"/>.</summary>
public sealed record ApolloOptimizerOptions : LowRankOptimizerOptions
{
    /// <summary>Makes the options of APOLLO, with rank 256.</summary>
    public ApolloOptimizerOptions()
    {
        Rank = 256;
    }

    /// <summary>APOLLO-Mini: rank 1, one factor for a matrix, and a scale of √128, as published. Change it with <c>with</c>.</summary>
    public static ApolloOptimizerOptions Mini { get; } = new() { Rank = 1, Scaling = ApolloScaling.Tensor, Scale = Math.Sqrt(128) };

    /// <summary>What shares one scaling factor. Default: a channel.</summary>
    public ApolloScaling Scaling { get; init; } = ApolloScaling.Channel;

    /// <summary>
    /// Factor α of the learning rate of the matrices that are trained in low rank, at least 0: with few dimensions the scaling factors come out too small, by about √(r / k) for rank r and smaller
    /// dimension k (the paper's theorem). Default: 1; √128 in <see cref="Mini"/>.
    /// </summary>
    public double Scale { get; init; } = 1;

    /// <summary>Factor γ by which the norm of a matrix's steps may grow in one update, at least 1. Default: 1.01, as published.</summary>
    public double NormGrowthLimit { get; init; } = 1.01;

    /// <inheritdoc/>
    public override void Validate()
    {
        base.Validate();
        Require(Enum.IsDefined(Scaling), nameof(Scaling), Scaling, $"one of {string.Join(", ", Enum.GetNames<ApolloScaling>())}");
        CheckRate(Scale, nameof(Scale));
        Require(NormGrowthLimit >= 1 && double.IsFinite(NormGrowthLimit), nameof(NormGrowthLimit), NormGrowthLimit, "a finite number of at least 1");
    }
}
