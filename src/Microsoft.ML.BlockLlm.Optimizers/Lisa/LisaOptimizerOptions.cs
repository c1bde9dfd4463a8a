namespace Microsoft.ML.BlockLlm.Optimizers;

/// <summary>Options of <see cref="LisaOptimizer"/>.</summary>
public sealed record LisaOptimizerOptions : BlockwiseOptimizerOptions
{
    /// <summary>The defaults: a <see cref="BlockwiseOptimizerOptions.Period"/> of K = 20 updates.</summary>
    public LisaOptimizerOptions() : base(period: 20)
    {
    }

    /// <summary>γ, the number of transformer layers that are active at a time; where there are no more, all, and the method is AdamW on everything. Default: 2, as in the paper.</summary>
    public int ActiveLayers { get; init; } = 2;

    internal override BlockGranularity BlockGranularity => BlockGranularity.Layer;

    internal override bool TrainsAlways(string parameter) => base.TrainsAlways(parameter) || !BlockPartition.IsInLayer(parameter);

    internal override long MostActive(IReadOnlyList<Block> blocks) => blocks.Select(block => block.Size).OrderDescending().Take(ActiveLayers).Sum();

    /// <inheritdoc/>
    public override void Validate()
    {
        base.Validate();
        Require(ActiveLayers >= 1, nameof(ActiveLayers), ActiveLayers, "at least 1");
    }
}
