using Microsoft.ML.BlockLlm.Models;
using Microsoft.ML.BlockLlm.Optimizers;
using static TorchSharp.torch;

namespace Microsoft.ML.BlockLlm.Training.Tests;

/// <summary>Runs that are measured. Nothing else may allocate meanwhile.</summary>
[TestClass]
[DoNotParallelize]
public sealed class MemoryLimitTests
{
    private static readonly LlamaConfig Config = new()
    {
        VocabularySize = 256, HiddenSize = 256, LayerCount = 6, MaxTokens = 256, IntermediateSize = 688, HeadCount = 4,
    };

    private static readonly BatchShape Wanted = new(8, 128);

    [TestMethod]
    public void A_run_as_planned_for_a_limit_stays_within_it()
    {
        if (!OperatingSystem.IsLinux())
            Assert.Inconclusive("The peak of a part of a process can be measured on Linux only.");
        var (memory, method) = (ModelMemory.OfLanguageModel(Config), new AdamWMemory());
        using var model = CausalLanguageModel.FromConfig(Config);
        var (whole, least) = (MemoryPlan.For(memory, method, Wanted), MemoryPlan.For(memory, method, Wanted, Recompute.All));
        var limit = (whole.PeakWithReserve + least.PeakWithReserve) / 2;
        var plan = MemoryPlan.Fit(memory, method, Wanted, limit)!;
        Assert.IsTrue(plan.Recompute.Stages > 0);
        Train(model, new BatchShape(1, 8), Recompute.None);
        WarmUpBlas();

        // Lets the system forget the peak so far, proc(5).
        File.WriteAllText("/proc/self/clear_refs", "5");
        var loaded = ProcessMemory.Resident;
        Train(model, plan.Batch, plan.Recompute);

        var used = plan.Weights + ProcessMemory.Peak - loaded;
        Assert.IsTrue(used <= limit, $"{used:N0} bytes were used, {limit:N0} allowed, {plan.Peak:N0} planned.");
    }

    /// <summary>The buffers of the BLAS grow with the first large product and then stay.</summary>
    private static void WarmUpBlas()
    {
        using var large = rand(3072, 3072);
        large.mm(large).Dispose();
    }

    private static void Train(CausalLanguageModel model, BatchShape shape, Recompute recompute)
    {
        using var optimizer = new AdamWOptimizer(model.named_parameters());
        var examples = Enumerable.Range(0, 2 * (int)shape.BatchSize).ToArray();
        var data = new ExampleData<int>(examples, Batch, _ => (int)shape.Length);
        new TrainingLoop(model, optimizer, new TrainingOptions
        {
            BatchSize = (int)shape.BatchSize, Epochs = 1, Recompute = recompute, FreedMemory = FreedMemory.Returned,
        }).Run(data);

        TrainingBatch Batch(IReadOnlyList<int> rows)
        {
            var tokens = new TokenBatch(ones(rows.Count, shape.Length, int64));
            return new TrainingBatch(tokens, NextTokenTargets.Of(tokens));
        }
    }
}
