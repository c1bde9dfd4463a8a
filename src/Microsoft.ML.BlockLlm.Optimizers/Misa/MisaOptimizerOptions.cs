namespace Microsoft.ML.BlockLlm.Optimizers;

/// <summary>Options of <see cref="MisaOptimizer"/>.</summary>
public sealed record MisaOptimizerOptions : BlockwiseOptimizerOptions
{
    /// <summary>The defaults: a <see cref="BlockwiseOptimizerOptions.Period"/> of T = 50 updates.</summary>
    public MisaOptimizerOptions() : base(period: 50)
    {
    }

    /// <summary>
    /// δ, the share of the weights that may be active at a time, in (0, 1]; counted are those neither frozen nor always active. Where the largest module is a larger share, as in a small
    /// model, that share takes its place, or it could never be trained. Default: 0.03.
    /// </summary>
    public double ActiveShare { get; init; } = 0.03;

    /// <summary>η, how much more often modules with large gradients are drawn: p ∝ exp(η·G), G being their smoothed squared norm; 0 draws all alike. Default: 1.</summary>
    public double ImportanceFactor { get; init; } = 1;

    /// <summary>β, weight of the past in the smoothed squared gradient norm of a module, which begins at 0; in [0, 1). Default: 0.8.</summary>
    public double NormSmoothing { get; init; } = 0.8;

    /// <summary>What makes a block. Default: a module.</summary>
    public BlockGranularity Granularity { get; init; } = BlockGranularity.Module;

    internal override BlockGranularity BlockGranularity => Granularity;

    internal override long MostActive(IReadOnlyList<Block> blocks) => Math.Max((long)(ActiveShare * blocks.Sum(block => block.Size)), blocks.Select(block => block.Size).DefaultIfEmpty().Max());

    /// <inheritdoc/>
    public override void Validate()
    {
        base.Validate();
        Require(ActiveShare is > 0 and <= 1, nameof(ActiveShare), ActiveShare, "above 0 and at most 1");
        Require(ImportanceFactor >= 0 && double.IsFinite(ImportanceFactor), nameof(ImportanceFactor), ImportanceFactor, "a finite number of at least 0");
        Require(NormSmoothing is >= 0 and < 1, nameof(NormSmoothing), NormSmoothing, "at least 0 and below 1");
        Require(Enum.IsDefined(Granularity), nameof(Granularity), Granularity, $"one of {string.Join(", ", Enum.GetNames<BlockGranularity>())}");
    }
}
