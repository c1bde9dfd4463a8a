using Microsoft.ML.BlockLlm.Models;
using Microsoft.ML.BlockLlm.Optimizers;
using static TorchSharp.torch;

namespace Microsoft.ML.BlockLlm.Training.Tests;

[TestClass]
public sealed class OutOfMemoryTests
{
    private static readonly LlamaConfig s_config = new()
    {
        VocabularySize = 11, HiddenSize = 256, IntermediateSize = 512, LayerCount = 2, HeadCount = 2, KeyValueHeadCount = 2, MaxTokens = 16,
    };

    private static readonly BlockLlmOptimizerOptions s_options = new() { Sparsity = 0.5 };

    [TestMethod]
    public void The_error_gives_the_plan_what_is_there_and_what_helps_and_training_goes_on_afterwards()
    {
        using var generator = new Generator(1);
        using var model = CausalLanguageModel.FromConfig(s_config, generator);
        using var optimizer = new BlockLlmOptimizer(model.named_parameters(), s_options);
        var options = new TrainingOptions { MaxSteps = 3, BatchSize = 4 };

        // The third pass comes after a probe and an update.
        var error = Assert.ThrowsExactly<OutOfTrainingMemoryException>(() => new TrainingLoop(model, optimizer, options, GreedyFromPass(3)).Run(Data()));

        StringAssert.Contains(error.Message, $"no memory for update 2, with 4 texts of 8 tokens at once. The memory plan is {PlannedMiB(Recompute.None)} MiB, at ");
        StringAssert.Contains(error.Message, "MiB resident, of ");
        StringAssert.Contains(error.Message, $"What helps: Recompute = Recompute.All (planned: {PlannedMiB(Recompute.All)} MiB), or half the BatchSize");
        Assert.IsTrue(PlannedMiB(Recompute.All) > model.parameters().Sum(parameter => parameter.numel()) * sizeof(float) >> 20);
        Assert.AreEqual(3, new TrainingLoop(model, optimizer, options).Run(Data()).Steps);
    }

    [TestMethod]
    public void It_tells_an_evaluation_from_an_update()
    {
        using var generator = new Generator(1);
        using var model = CausalLanguageModel.FromConfig(s_config, generator);
        using var optimizer = new BlockLlmOptimizer(model.named_parameters(), s_options);
        var options = new TrainingOptions { MaxSteps = 3, BatchSize = 4, EvaluationInterval = 1 };

        var error = Assert.ThrowsExactly<OutOfTrainingMemoryException>(() => new TrainingLoop(model, optimizer, options, GreedyFromPass(3)).Run(Data(), Data()));

        StringAssert.Contains(error.Message, "no memory for the evaluation after update 1, with up to 4 texts at once. The process has ");
        StringAssert.Contains(error.Message, "What helps: half the BatchSize and twice the GradientAccumulation, or shorter texts");
        Assert.AreEqual(3, new TrainingLoop(model, optimizer, options).Run(Data(), Data()).Evaluations.Count);
    }

    [TestMethod]
    public void The_plan_in_the_error_counts_the_copy_of_the_best_weights_where_a_run_keeps_one()
    {
        using var generator = new Generator(1);
        using var model = CausalLanguageModel.FromConfig(s_config, generator);
        using var optimizer = new BlockLlmOptimizer(model.named_parameters(), s_options);
        var options = new TrainingOptions { MaxSteps = 3, BatchSize = 4, EvaluationInterval = 3 };

        var error = Assert.ThrowsExactly<OutOfTrainingMemoryException>(() => new TrainingLoop(model, optimizer, options, GreedyFromPass(3)).Run(Data(), Data()));

        StringAssert.Contains(error.Message, $"The memory plan is {PlannedMiB(Recompute.None, keepsBest: true)} MiB, at ");
        Assert.IsTrue(PlannedMiB(Recompute.None, keepsBest: true) > PlannedMiB(Recompute.None));
    }

    private static long PlannedMiB(Recompute recompute, bool keepsBest = false) =>
        MemoryPlan.For(ModelMemory.OfLanguageModel(s_config), new BlockLlmMemory(s_options), new BatchShape(4, 8), recompute, keepsBest).Peak >> 20;

    /// <summary>A loss that asks for more than any address space from one pass on, counted from 1.</summary>
    private static LossFunction GreedyFromPass(int pass) =>
        (output, batch) => --pass > 0 ? CrossEntropy.Loss(output, batch) : CrossEntropy.Loss(output, batch) + empty([1L << 48]).sum();

    private static ITrainingData Data()
    {
        TokenSequence[] sequences = [.. Enumerable.Range(0, 24).Select(i => new TokenSequence([new TokenDocument(Enumerable.Range(i, 8).Select(id => id % 11))]))];
        return new ExampleData<TokenSequence>(sequences, batch => TokenSequence.Collate(batch, paddingId: 0), sequence => sequence.Length);
    }
}
