using System.Globalization;
using Microsoft.ML.BlockLlm.Optimizers;
using static TorchSharp.torch;

namespace Microsoft.ML.BlockLlm.Training.Tests;

/// <summary>A long training with selections, evaluations and checkpoints: BLOCKLLM_SOAK_STEPS updates, 600 by default, 10,000 in the full setting.</summary>
[TestClass]
[DoNotParallelize]
public sealed class SoakTests
{
    private const long AllowedGrowth = 24L << 20;

    [TestMethod]
    public void Live_tensors_stay_as_many_and_resident_memory_stays_flat()
    {
        var steps = int.Parse(Environment.GetEnvironmentVariable("BLOCKLLM_SOAK_STEPS") ?? "600", CultureInfo.InvariantCulture);
        using var folder = new TemporaryFolder();
        var run = new Run
        {
            Options = new TrainingOptions
            {
                Epochs = int.MaxValue, MaxSteps = steps, BatchSize = 8, EvaluationInterval = 50, RestoreBest = false,
                Checkpoints = new CheckpointOptions { Directory = folder.Path, EveryUpdates = 100, EveryEpoch = false },
            },
            // Whole blocks without what they had before: the tensors of the state follow from the blocks that are active.
            Optimizer = new BlockLlmOptimizerOptions
            {
                LearningRate = 0.003, Sparsity = 0.6, MaskCoordinates = false, CarryMoments = false, Reselection = new ReselectionRule.FixedPeriod(20),
            },
            Validation = Samples.Data(20, seed: 6),
        };
        LiveTensors.CountBeforeTest();
        using var model = run.NewModel();
        var (tensors, resident) = (new Dictionary<string, long>(), new List<long>());

        run.Train(model, progress =>
        {
            var blocks = string.Join(", ", progress.ActiveBlocks);
            tensors.TryAdd(blocks, Tensor.TotalCount);
            Assert.AreEqual(tensors[blocks], Tensor.TotalCount, $"Live tensors after update {progress.Step}, with {blocks} active.");
            if (progress.Step % 100 == 0)
                resident.Add(ProcessMemory.Resident);
        });

        Assert.IsTrue(resident[^1] - resident[resident.Count / 3] < AllowedGrowth, $"Resident: {string.Join(", ", resident.Select(bytes => bytes >> 20))} MiB.");
    }
}
