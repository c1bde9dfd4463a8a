using Microsoft.ML.BlockLlm.Training;

namespace Microsoft.ML.BlockLlm.Tool;

/// <summary>A training to plan for.</summary>
/// <param name="Memory">The sizes of the model.</param>
/// <param name="Batch">The batch.</param>
/// <param name="KeepsBest">Whether the best weights are kept.</param>
/// <param name="Accumulates">Whether several batches give their gradients to one update.</param>
internal sealed record PlannedTraining(ModelMemory Memory, BatchShape Batch, bool KeepsBest, bool Accumulates)
{
    /// <summary>Beyond this no batch is looked for.</summary>
    private const long LargestBatch = 1 << 16;

    /// <summary>Plans for the batch.</summary>
    /// <param name="method">The method.</param>
    /// <param name="recompute">Which stages compute their activations again.</param>
    public MemoryPlan Plan(MethodMemory method, Recompute recompute) => MemoryPlan.For(Memory, method, Batch, recompute, KeepsBest, Accumulates);

    /// <summary>Plans for the largest batch of such texts that fits, with as few stages computing their activations again as will do; null if not even one text fits.</summary>
    /// <param name="method">The method.</param>
    /// <param name="limit">Most bytes to have at hand.</param>
    public MemoryPlan? Fit(MethodMemory method, long limit)
    {
        var most = Memory.Stages.Count - 1;
        if (!Fits(1, most))
            return null;

        // Twice as many until that is too many, then half of what is left between the two.
        var (fits, tooMany) = (1L, LargestBatch + 1);
        while (tooMany - fits > 1)
        {
            var next = tooMany > LargestBatch ? Math.Min(2 * fits, LargestBatch) : (fits + tooMany) / 2;
            if (Fits(next, most))
                fits = next;
            else
                tooMany = next;
        }

        return PlanOf(fits, Enumerable.Range(0, most).Where(stages => Fits(fits, stages)).FirstOrDefault(most));

        bool Fits(long size, int stages) => PlanOf(size, stages).PeakWithReserve <= limit;

        MemoryPlan PlanOf(long size, int stages) => (this with { Batch = Batch with { BatchSize = size } }).Plan(method, Recompute.Lowest(stages));
    }
}
