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
        var best = FitBatch(1);
        if (best is null)
            return null;

        // Twice as many until that is too many, then half of what is left between the two.
        var tooMany = LargestBatch + 1;
        while (tooMany - best.Batch.BatchSize > 1)
        {
            var fits = best.Batch.BatchSize;
            var next = tooMany > LargestBatch ? Math.Min(2 * fits, LargestBatch) : (fits + tooMany) / 2;
            if (FitBatch(next) is { } plan)
                best = plan;
            else
                tooMany = next;
        }

        return best;

        MemoryPlan? FitBatch(long size) => Enumerable.Range(0, Memory.Stages.Count)
            .Select(stages => (this with { Batch = Batch with { BatchSize = size } }).Plan(method, Recompute.Lowest(stages)))
            .FirstOrDefault(plan => plan.PeakWithReserve <= limit);
    }
}
