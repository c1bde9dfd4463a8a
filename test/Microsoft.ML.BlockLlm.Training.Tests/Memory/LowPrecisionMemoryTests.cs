using Microsoft.ML.BlockLlm.Models;
using Microsoft.ML.BlockLlm.Optimizers;
using TorchSharp;
using static TorchSharp.torch;

namespace Microsoft.ML.BlockLlm.Training.Tests;

/// <summary>The memory plan of a model whose weights are bfloat16.</summary>
[TestClass]
public sealed class LowPrecisionMemoryTests
{
    private static readonly LlamaConfig Config = new()
    {
        VocabularySize = 300, HiddenSize = 32, LayerCount = 3, MaxTokens = 64, IntermediateSize = 88, HeadCount = 4, KeyValueHeadCount = 2,
    };

    private static readonly ModelMemory Wide = ModelMemory.OfLanguageModel(Config);
    private static readonly ModelMemory Narrow = ModelMemory.OfLanguageModel(Config, ScalarType.BFloat16);
    private static readonly BatchShape Batch = new(8, 32);

    [TestMethod]
    public void Weights_gradients_boundaries_and_the_best_model_take_half()
    {
        var (wide, narrow) = (Plan(Wide), Plan(Narrow));

        Assert.AreEqual(wide.Weights, 2 * narrow.Weights);
        Assert.AreEqual(wide.Gradients, 2 * narrow.Gradients);
        Assert.AreEqual(wide.Boundaries, 2 * narrow.Boundaries);
        Assert.AreEqual(wide.BestModel, 2 * narrow.BestModel);

        static MemoryPlan Plan(ModelMemory model) => MemoryPlan.For(model, new AdamWMemory(), Batch, keepsBest: true);
    }

    [TestMethod]
    public void Sums_of_gradients_over_several_batches_are_in_32_bits() => Assert.AreEqual(
        MemoryPlan.For(Wide, new AdamWMemory(), Batch).Gradients,
        MemoryPlan.For(Narrow, new AdamWMemory(), Batch, accumulates: true).Gradients);

    [TestMethod]
    public void The_loss_is_computed_in_32_bits_beside_logits_and_their_gradient()
    {
        var logits = Batch.Tokens * Config.VocabularySize;

        Assert.AreEqual(logits * (4 + 4 + 4), MemoryPlan.For(Wide, new AdamWMemory(), Batch).Loss);
        Assert.AreEqual(logits * (2 + 2 + 4 + 4), MemoryPlan.For(Narrow, new AdamWMemory(), Batch).Loss);
    }

    [TestMethod]
    public void Of_many_logits_a_mebi_at_a_time_is_in_32_bits()
    {
        var batch = new BatchShape((1 << 20) / Config.VocabularySize, 2);
        var logits = batch.Tokens * Config.VocabularySize;

        Assert.AreEqual((logits * (4 + 4)) + (4 << 20), MemoryPlan.For(Wide, new AdamWMemory(), batch).Loss);
        Assert.AreEqual((logits * (2 + 2)) + (8 << 20), MemoryPlan.For(Narrow, new AdamWMemory(), batch).Loss);
    }

    [TestMethod]
    public void State_grows_by_four_bytes_for_every_master_weight()
    {
        var weights = Narrow.Parameters.Sum(parameter => parameter.Size);
        var options = new BlockLlmOptimizerOptions { Sparsity = 0.9 };

        Assert.AreEqual(4 * weights, Growth(new AdamWMemory()));
        Assert.AreEqual(4 * options.BudgetOf(weights), Growth(new BlockLlmMemory(options)));
    }

    [TestMethod]
    public void State_does_not_grow_with_stochastic_rounding()
    {
        Assert.AreEqual(0, Growth(new AdamWMemory(new() { LowPrecision = LowPrecision.StochasticRounding })));
        Assert.AreEqual(0, Growth(new BlockLlmMemory(new() { LowPrecision = LowPrecision.StochasticRounding })));
    }

    [TestMethod]
    [DataRow(LowPrecision.MasterWeights)]
    [DataRow(LowPrecision.StochasticRounding)]
    public void State_is_what_the_optimizer_has_after_an_update(LowPrecision precision)
    {
        var options = new BlockLlmOptimizerOptions { Sparsity = 0.9, AlwaysActive = ["lm_head.*"], LowPrecision = precision };
        using var model = CausalLanguageModel.FromConfig(Config);
        model.to(ScalarType.BFloat16);
        using var optimizer = new BlockLlmOptimizer(model.named_parameters(), options);
        var tokens = new TokenBatch(tensor(new long[] { 1, 2, 3, 4 }, [1, 4]));
        var data = new ExampleData<TokenBatch>([tokens], rows => new TrainingBatch(rows[0], NextTokenTargets.Of(rows[0])), _ => 4);
        new TrainingLoop(model, optimizer, new TrainingOptions { Epochs = 1 }).Run(data);

        // Beside what the plan counts, a count of 4 bytes for each parameter with active weights, all of them small.
        Assert.AreEqual(optimizer.StateBytes, new BlockLlmMemory(options).StateBytes(Narrow), 4.0 * model.parameters().Count());
    }

    [TestMethod]
    public void A_type_that_models_do_not_compute_in_is_refused() =>
        Assert.ThrowsExactly<ArgumentOutOfRangeException>(() => ModelMemory.OfLanguageModel(Config, ScalarType.Float16));

    private static long Growth(MethodMemory method) => method.StateBytes(Narrow) - method.StateBytes(Wide);
}
