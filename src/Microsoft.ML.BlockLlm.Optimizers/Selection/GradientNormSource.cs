namespace Microsoft.ML.BlockLlm.Optimizers;

/// <summary>Where a selection has the gradient norms of the blocks from.</summary>
public abstract record GradientNormSource
{
    private GradientNormSource()
    {
    }

    /// <summary>
    /// A probe: before each selection one backward pass measures every block and keeps no gradient. Exact, at the price of one
    /// backward pass a selection.
    /// </summary>
    public sealed record ExactProbe : GradientNormSource
    {
        internal override int BlocksPerUpdate => 0;

        internal override void Validate()
        {
        }
    }

    /// <summary>
    /// The published way (arXiv 2406.17296): every update measures some blocks more, in turn by name, and the norms last seen are
    /// kept. There is no probing pass; each update's backward pass reaches down to the blocks it measures.
    /// </summary>
    /// <remarks>
    /// A block not measured yet counts as the largest norm known, so that it is tried soon. The first selection knows no norm: it
    /// goes by name, or with <see cref="BlockSampling.Random"/> takes all blocks with equal probability.
    /// </remarks>
    /// <param name="Count">p, the number of blocks that an update measures. Default: 1.</param>
    public sealed record SampledBlocks(int Count = 1) : GradientNormSource
    {
        internal override int BlocksPerUpdate => Count;

        internal override void Validate()
        {
            if (Count < 1)
                throw new ArgumentOutOfRangeException(nameof(Count), Count, $"{nameof(Count)} must be at least 1: an update measures so many blocks.");
        }
    }

    /// <summary>How many blocks an update measures; 0 where a probe does it.</summary>
    internal abstract int BlocksPerUpdate { get; }

    internal abstract void Validate();
}
