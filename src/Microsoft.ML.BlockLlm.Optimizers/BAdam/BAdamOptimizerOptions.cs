namespace Microsoft.ML.BlockLlm.Optimizers;

/// <summary>Options of <see cref="BAdamOptimizer"/>.</summary>
public sealed record BAdamOptimizerOptions : BlockwiseOptimizerOptions
{
    /// <summary>The defaults: a <see cref="BlockwiseOptimizerOptions.Period"/> of K = 100 updates, as in the paper.</summary>
    public BAdamOptimizerOptions() : base(period: 100)
    {
    }

    /// <summary>The order in which blocks are trained. Default: a new random one in each round, as in the paper.</summary>
    public BlockOrder Order { get; init; } = BlockOrder.Random;

    /// <summary>What makes a block. Default: a transformer layer, as in the paper; what is in none is divided by modules.</summary>
    public BlockGranularity Granularity { get; init; } = BlockGranularity.Layer;

    internal override BlockGranularity BlockGranularity => Granularity;

    internal override long MostActive(IReadOnlyList<Block> blocks) => blocks.Select(block => block.Size).DefaultIfEmpty().Max();

    /// <inheritdoc/>
    public override void Validate()
    {
        base.Validate();
        Require(Enum.IsDefined(Order), nameof(Order), Order, $"one of {string.Join(", ", Enum.GetNames<BlockOrder>())}");
        Require(Enum.IsDefined(Granularity), nameof(Granularity), Granularity, $"one of {string.Join(", ", Enum.GetNames<BlockGranularity>())}");
    }
}
