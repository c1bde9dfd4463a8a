using System.Globalization;
using Microsoft.ML.BlockLlm.Optimizers;
using static TorchSharp.torch;

namespace Microsoft.ML.BlockLlm.Training.Tests;

/// <summary>A long training with selections, evaluations and checkpoints: BLOCKLLM_SOAK_STEPS updates, 600 by default, 10,000 in the full setting.</summary>
[TestClass]
[DoNotParallelize]
public sealed class SoakTests : IDisposable
{
    private static readonly int s_steps = int.Parse(Environment.GetEnvironmentVariable("BLOCKLLM_SOAK_STEPS") ?? "600", CultureInfo.InvariantCulture);

    // Whole blocks without what they had before: the tensors of the state follow from the blocks that are active.
    private static readonly BlockLlmOptimizerOptions s_wholeBlocks = new()
    {
        LearningRate = 0.003, Sparsity = 0.6, MaskCoordinates = false, CarryMoments = false, Reselection = new ReselectionRule.FixedPeriod(20),
    };

    private readonly TemporaryFolder _folder = new();

    public TestContext TestContext { get; set; } = null!;

    /// <summary>Bytes by which resident memory may grow over the last two thirds: what comes and goes in the runtime, and what the history keeps of each update.</summary>
    private static long AllowedGrowth => (4L << 20) + (100L * s_steps);

    public void Dispose() => _folder.Dispose();

    [TestMethod]
    public void Live_tensors_stay_as_many_and_resident_memory_stays_flat()
    {
        var tensors = new Dictionary<string, long>();

        Soak(s_wholeBlocks, restoreBest: false, progress =>
        {
            var blocks = string.Join(", ", progress.ActiveBlocks);
            tensors.TryAdd(blocks, Tensor.TotalCount);
            Assert.AreEqual(tensors[blocks], Tensor.TotalCount, $"Live tensors after update {progress.Step}, with {blocks} active.");
        });
    }

    /// <summary>With these, tensors come with the first visit to a block and with what changed since the best evaluation, and become no more once all are there.</summary>
    [TestMethod]
    public void So_they_do_with_masks_carried_moments_and_the_best_weights_kept()
    {
        var (early, late) = (0L, 0L);

        Soak(s_wholeBlocks with { MaskCoordinates = true, CarryMoments = true }, restoreBest: true, progress =>
        {
            if (3 * progress.Step <= 2 * s_steps)
                early = Math.Max(early, Tensor.TotalCount);
            else
                late = Math.Max(late, Tensor.TotalCount);
        });

        Assert.IsTrue(late > 0 && late <= early, $"At most {early} live tensors in the first two thirds, {late} in the last.");
    }

    private void Soak(BlockLlmOptimizerOptions optimizer, bool restoreBest, Action<TrainingProgress> observe)
    {
        var run = new Run
        {
            Options = new TrainingOptions
            {
                Epochs = int.MaxValue, MaxSteps = s_steps, BatchSize = 8, EvaluationInterval = 50, RestoreBest = restoreBest,
                Checkpoints = new CheckpointOptions { Directory = _folder.Path, EveryUpdates = 100, EveryEpoch = false },
            },
            Optimizer = optimizer,
            Validation = Samples.Data(20, seed: 6),
        };
        LiveTensors.CountBeforeTest();
        using var model = run.NewModel();
        var resident = new List<long>();

        run.Train(model, progress =>
        {
            observe(progress);
            if (progress.Step % 100 == 0)
                resident.Add(ProcessMemory.Resident);
        });

        var growth = resident[^1] - resident[resident.Count / 3];
        TestContext.WriteLine($"{s_steps} updates, {growth:N0} bytes of growth over the last two thirds");
        Assert.IsTrue(growth < AllowedGrowth, $"Resident memory grew by {growth:N0} bytes, {AllowedGrowth:N0} allowed: {string.Join(", ", resident.Select(bytes => bytes >> 20))} MiB.");
    }
}
