namespace Microsoft.ML.BlockLlm.Optimizers;

/// <summary>Options of <see cref="MisaOptimizer"/>.</summary>
public sealed record MisaOptimizerOptions : BlockwiseOptimizerOptions
{
    /// <summary>The defaults: a <see cref="BlockwiseOptimizerOptions.Period"/> of T = 50 updates.</summary>
    public MisaOptimizerOptions() : base(period: 50)
    {
    }

    /// <summary>
    /// δ, the share of the weights that may be active at a time, in (0, 1]; counted are those neither frozen nor always active. The module drawn first is active even if it is larger, and
    /// then alone: in a small model one module may be most of the weights. Default: 0.03.
    /// </summary>
    public double ActiveShare { get; init; } = 0.03;

    /// <summary>η, how much more often modules with large gradients are drawn; 0 draws all alike. Default: 1.</summary>
    public double ImportanceFactor { get; init; } = 1;

    /// <summary>β, weight of the past in the smoothed gradient norm of a module, in [0, 1). Default: 0.8.</summary>
    public double NormSmoothing { get; init; } = 0.8;

    /// <summary>What makes a block. Default: a module.</summary>
    public BlockGranularity Granularity { get; init; } = BlockGranularity.Module;

    internal override BlockGranularity BlockGranularity => Granularity;

    internal override long MostActive(IReadOnlyList<Block> blocks) => Math.Max(BudgetOf(blocks), blocks.Select(block => block.Size).DefaultIfEmpty().Max());

    /// <summary>Number of weights that may be active.</summary>
    internal long BudgetOf(IReadOnlyList<Block> blocks) => (long)(ActiveShare * blocks.Sum(block => block.Size));

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
