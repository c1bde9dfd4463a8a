using Microsoft.ML.BlockLlm.Models;
using TorchSharp;
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

    /// <summary>What the runtime and the heap, emptied before, take again beside tensors. Runs went 8 and 18 MB beyond the plan; how much of that is the rest was not measured.</summary>
    private const long Rest = 24 << 20;

    private static readonly BatchShape Wanted = new(8, 128);
    private static readonly TrainingMethod AdamW = TrainingMethod.AdamW(new());

    public static IEnumerable<object[]> Methods =>
    [
        [AdamW],
        [TrainingMethod.BlockLlm(new() { Sparsity = 0.9 })],
        [TrainingMethod.Lora(new() { Rank = 32 })],
        [TrainingMethod.Sgd(new() { Momentum = 0.9 })],
        [TrainingMethod.GaLore(new() { Rank = 32 })],
        [TrainingMethod.Fira(new() { Rank = 32 })],
        [TrainingMethod.Apollo(new() { Rank = 32 })],
        [TrainingMethod.Frugal()],
    ];

    public static IEnumerable<object[]> BlockMethods => [[TrainingMethod.BAdam()], [TrainingMethod.Lisa()], [TrainingMethod.Misa(new() { ActiveShare = 0.2 })]];

    [TestMethod]
    public void A_run_as_planned_for_a_limit_stays_within_it()
    {
        var (memory, method) = (ModelMemory.OfLanguageModel(Config), AdamW.Memory());
        var (whole, least) = (MemoryPlan.For(memory, method, Wanted), MemoryPlan.For(memory, method, Wanted, Recompute.All));
        var limit = (whole.PeakWithReserve + least.PeakWithReserve) / 2;
        var plan = MemoryPlan.Fit(memory, method, Wanted, limit)!;
        Assert.IsTrue(plan.Recompute.Stages > 0);

        var used = plan.Weights + Measure(AdamW, memory.WeightType, plan);

        Assert.IsTrue(used <= limit, $"{used:N0} bytes were used, {limit:N0} allowed, {plan.Peak:N0} planned.");
    }

    [TestMethod]
    [DynamicData(nameof(Methods))]
    public void A_method_takes_what_was_planned(TrainingMethod method) => AssertTakesWhatWasPlanned(method, ScalarType.Float32, Wanted);

    /// <summary>Plans count the largest blocks in the lowest layer.</summary>
    [TestMethod]
    [DynamicData(nameof(BlockMethods))]
    public void A_method_that_trains_some_blocks_takes_no_more_than_planned(TrainingMethod method)
    {
        var plan = MemoryPlan.For(ModelMemory.OfLanguageModel(Config), method.Memory(), Wanted);

        var used = Measure(method, ScalarType.Float32, plan);

        Assert.IsTrue(used <= (1.1 * plan.TrainingPeak) + Rest, $"{used:N0} bytes were used, {plan.TrainingPeak:N0} planned.");
    }

    /// <summary>A small batch: processors without instructions for bfloat16 multiply slowly in it.</summary>
    [TestMethod]
    public void AdamW_on_weights_in_bfloat16_takes_what_was_planned() => AssertTakesWhatWasPlanned(AdamW, ScalarType.BFloat16, new BatchShape(2, 64));

    /// <summary>The peak lies between a fifth below the plan and, the rest of the process aside, the reserve above it.</summary>
    private static void AssertTakesWhatWasPlanned(TrainingMethod method, ScalarType weightType, BatchShape shape)
    {
        var plan = MemoryPlan.For(ModelMemory.OfLanguageModel(Config, weightType), method.Memory(), shape);

        var used = Measure(method, weightType, plan);

        Assert.IsTrue(used >= 0.8 * plan.TrainingPeak && used <= (1.1 * plan.TrainingPeak) + Rest, $"{used:N0} bytes were used, {plan.TrainingPeak:N0} planned.");
    }

    /// <summary>What a run needs at its peak, the model's weights left out, in bytes.</summary>
    private static long Measure(TrainingMethod method, ScalarType weightType, MemoryPlan plan)
    {
        if (!OperatingSystem.IsLinux())
            Assert.Inconclusive("The peak of a part of a process can be measured on Linux only.");
        using var model = CausalLanguageModel.FromConfig(Config);
        model.to(weightType);
        Train(model, method, new BatchShape(1, 8), Recompute.None);
        WarmUpBlas();

        // What other tests freed would else be taken again unseen.
        GC.Collect();
        GC.WaitForPendingFinalizers();
        NativeHeap.Set(FreedMemory.Returned);

        // Lets the system forget the peak so far, proc(5).
        File.WriteAllText("/proc/self/clear_refs", "5");
        var loaded = ProcessMemory.Resident;
        Train(model, method, plan.Batch, plan.Recompute);
        return ProcessMemory.Peak - loaded;
    }

    /// <summary>The buffers of the BLAS grow with the first large product and then stay.</summary>
    private static void WarmUpBlas()
    {
        using var large = rand(3072, 3072);
        large.mm(large).Dispose();
    }

    private static void Train(CausalLanguageModel model, TrainingMethod method, BatchShape shape, Recompute recompute)
    {
        method.Prepare(model, ParameterRoles.None);
        using var optimizer = method.CreateOptimizer(model.named_parameters());
        var examples = Enumerable.Range(0, 2 * (int)shape.BatchSize).ToArray();
        var data = new ExampleData<int>(examples, Batch, _ => (int)shape.Length);
        new TrainingLoop(model, optimizer, new TrainingOptions
        {
            BatchSize = (int)shape.BatchSize, Epochs = 1, Recompute = recompute, FreedMemory = FreedMemory.Returned,
        }).Run(data);
        method.Finish(model);

        TrainingBatch Batch(IReadOnlyList<int> rows)
        {
            var tokens = new TokenBatch(ones(rows.Count, shape.Length, int64));
            return new TrainingBatch(tokens, NextTokenTargets.Of(tokens));
        }
    }
}
