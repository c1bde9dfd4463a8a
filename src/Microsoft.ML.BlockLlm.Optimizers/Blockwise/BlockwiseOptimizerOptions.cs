namespace Microsoft.ML.BlockLlm.Optimizers;

/// <summary>Options of a <see cref="BlockwiseOptimizer"/>.</summary>
public abstract record BlockwiseOptimizerOptions : SelectiveOptimizerOptions
{
    private protected BlockwiseOptimizerOptions(int period) => Period = period;

    /// <summary>Updates for which blocks stay active before others take their place; at least 1. Default: as in each method's paper, 100 for BAdam, 20 for LISA and 50 for MISA.</summary>
    public int Period { get; init; }

    /// <summary>What makes a block.</summary>
    internal abstract BlockGranularity BlockGranularity { get; }

    /// <summary>Whether a parameter that is not frozen is trained at every update.</summary>
    internal virtual bool TrainsAlways(string parameter) => Activates(parameter);

    /// <summary>The blocks of a model: what is neither frozen nor always trained.</summary>
    internal IReadOnlyList<Block> BlocksOf(IEnumerable<(string Name, long Size)> parameters) =>
        BlockPartition.Of(parameters.Where(parameter => !Freezes(parameter.Name) && !TrainsAlways(parameter.Name)), BlockGranularity);

    /// <summary>Most weights that the blocks active at a time can have.</summary>
    internal abstract long MostActive(IReadOnlyList<Block> blocks);

    /// <inheritdoc/>
    public override void Validate()
    {
        base.Validate();
        Require(Period >= 1, nameof(Period), Period, "at least 1 update");
    }
}
