using Microsoft.ML.BlockLlm.Models;
using Microsoft.ML.BlockLlm.Optimizers;

namespace Microsoft.ML.BlockLlm.Training.Tests;

[TestClass]
public sealed class MemoryPlanTests
{
    private static readonly LlamaConfig Config = new()
    {
        VocabularySize = 300, HiddenSize = 32, LayerCount = 3, MaxTokens = 64, IntermediateSize = 88, HeadCount = 4, KeyValueHeadCount = 2,
    };

    private static readonly BatchShape Batch = new(8, 32);

    [TestMethod]
    public void It_knows_the_parameters_of_a_language_model_from_its_configuration()
    {
        DecoderConfig[] configs =
        [
            Config,
            Config with { TieWordEmbeddings = true, AttentionBias = true, FeedForwardBias = true, KeyValueHeadCount = null, HeadSize = 10 },
            new Qwen2Config { VocabularySize = 300, HiddenSize = 32, LayerCount = 2, MaxTokens = 64, IntermediateSize = 88, HeadCount = 4, KeyValueHeadCount = 2 },
            new Gpt2Config { VocabularySize = 300, HiddenSize = 32, LayerCount = 2, MaxTokens = 64, HeadCount = 4 },
            new Gpt2Config { VocabularySize = 300, HiddenSize = 32, LayerCount = 2, MaxTokens = 64, HeadCount = 4, IntermediateSize = 40, TieWordEmbeddings = false },
        ];
        foreach (var config in configs)
        {
            using var model = CausalLanguageModel.FromConfig(config);
            var expected = ParameterSizes.Of(model);

            CollectionAssert.AreEquivalent(expected.ToArray(), ModelMemory.OfLanguageModel(config).Parameters.ToArray());
        }
    }

    [TestMethod]
    public void A_family_without_a_plan_is_refused_by_name()
    {
        var exception = Assert.ThrowsException<NotSupportedException>(() => ModelMemory.OfLanguageModel(new UseLiteConfig()));
        StringAssert.Contains(exception.Message, "'use-lite'");
    }

    [TestMethod]
    public void Weights_gradients_and_state_of_AdamW_are_four_four_and_eight_bytes_a_weight()
    {
        var plan = Plan(new AdamWMemory());

        var weights = ModelMemory.OfLanguageModel(Config).Parameters.Sum(parameter => parameter.Size);
        Assert.AreEqual(4 * weights, plan.Weights);
        Assert.AreEqual(4 * weights, plan.Gradients);
        Assert.AreEqual(8 * weights, plan.OptimizerState);
        Assert.AreEqual(plan.Weights + plan.TrainingPeak, plan.Peak);
    }

    [TestMethod]
    public void State_of_BlockLlm_is_what_its_optimizer_has_after_an_update()
    {
        var options = new BlockLlmOptimizerOptions { Sparsity = 0.9, AlwaysActive = ["lm_head.*"], Frozen = ["model.embed_tokens.*"] };
        using var model = CausalLanguageModel.FromConfig(Config);
        using var optimizer = new BlockLlmOptimizer(model.named_parameters(), options);
        var batch = new TokenBatch(TorchSharp.torch.tensor(new long[] { 1, 2, 3, 4 }, [1, 4]));
        var data = new ExampleData<TokenBatch>([batch], tokens => new TrainingBatch(tokens[0], NextTokenTargets.Of(tokens[0])), _ => 4);
        new TrainingLoop(model, optimizer, new TrainingOptions { Epochs = 1 }).Run(data);

        // Beside what the plan counts, a count of 4 bytes for each parameter with active weights, all of them small.
        Assert.AreEqual(optimizer.StateBytes, Plan(new BlockLlmMemory(options)).OptimizerState, 4.0 * model.parameters().Count());
    }

    [TestMethod]
    public void State_has_no_index_where_all_weights_are_active()
    {
        var weights = ModelMemory.OfLanguageModel(Config).Parameters.Sum(parameter => parameter.Size);

        Assert.AreEqual(8 * weights, Plan(new BlockLlmMemory(new BlockLlmOptimizerOptions { Sparsity = 0 })).OptimizerState);
    }

    [TestMethod]
    public void What_a_method_adds_to_the_model_counts_as_training()
    {
        var lora = Plan(TrainingMethod.Lora().Memory());

        Assert.AreEqual(Plan(new AdamWMemory()).Weights, lora.Weights);
        Assert.IsTrue(lora.TrainingPeak > lora.OptimizerState * 3 / 2, "Adapters take half of what their moments take.");
    }

    [TestMethod]
    public void A_selection_holds_whole_gradients_and_no_more_than_ten_bytes_for_each_active_weight()
    {
        var weights = ModelMemory.OfLanguageModel(Config).Parameters.Sum(parameter => parameter.Size);
        var options = new BlockLlmOptimizerOptions { Sparsity = 0.9, TakeFactor = 10 };
        var selecting = Passes(options).Single(pass => pass.Name == "selecting");

        Assert.AreEqual(4 * 1000, selecting.HeldBytes(1000));
        Assert.AreEqual((10 * options.BudgetOf(weights)) + (4 * 300 * 32), selecting.HeldBytes(weights));
    }

    [TestMethod]
    public void Stages_below_the_first_trained_one_keep_nothing()
    {
        var plan = Plan(new BlockLlmMemory(new BlockLlmOptimizerOptions { Frozen = ["model.embed_tokens.*", "model.layers.0.*"] }));

        CollectionAssert.AreEqual(new long[] { 0, 0 }, plan.Stages.Take(2).Select(stage => stage.Activations).ToArray());
        Assert.IsTrue(plan.Stages[2].Activations > 0);
        Assert.AreEqual(0, plan.Stages[0].Boundary);
        Assert.IsTrue(plan.Stages[1].Boundary > 0);
    }

    [TestMethod]
    public void Computing_again_keeps_boundaries_only_below_the_head()
    {
        var plan = Plan(new AdamWMemory(), Recompute.All);

        Assert.IsTrue(plan.Stages.SkipLast(1).All(stage => stage.Activations == 0 && stage.Boundary > 0));
        Assert.IsTrue(plan.TrainingPeak < Plan(new AdamWMemory()).TrainingPeak);
    }

    [TestMethod]
    public void A_limit_is_kept_by_computing_again_before_the_batch_is_cut()
    {
        var model = ModelMemory.OfLanguageModel(Config);
        var (kept, again) = (Plan(new AdamWMemory()), Plan(new AdamWMemory(), Recompute.All));

        Assert.AreEqual((Batch, Recompute.None, kept.Peak), Fit(kept.PeakWithReserve));
        Assert.AreEqual(again.Peak, Fit(again.PeakWithReserve)!.Value.Peak);
        var cut = Fit(again.PeakWithReserve - 1)!.Value;
        Assert.AreEqual(Batch with { BatchSize = Batch.BatchSize / 2 }, cut.Batch);
        Assert.AreEqual(MemoryPlan.For(model, new AdamWMemory(), cut.Batch, cut.Recompute, accumulates: true).Peak, cut.Peak, "Two such batches give their gradients to one update.");
        Assert.IsNull(Fit(kept.Weights));

        (BatchShape Batch, Recompute Recompute, long Peak)? Fit(long limit) =>
            MemoryPlan.Fit(model, new AdamWMemory(), Batch, limit) is { } plan ? (plan.Batch, plan.Recompute, plan.Peak) : null;
    }

    [TestMethod]
    public void No_more_stages_compute_again_than_a_limit_asks_for()
    {
        var limit = (Plan(new AdamWMemory()).PeakWithReserve + Plan(new AdamWMemory(), Recompute.All).PeakWithReserve) / 2;

        var plan = MemoryPlan.Fit(ModelMemory.OfLanguageModel(Config), new AdamWMemory(), Batch, limit)!;

        Assert.IsTrue(plan.Recompute.Stages > 0 && plan.PeakWithReserve <= limit);
        Assert.IsTrue(Plan(new AdamWMemory(), Recompute.Lowest(plan.Recompute.Stages - 1)).PeakWithReserve > limit);
    }

    [TestMethod]
    public void Eight_bit_moments_take_a_quarter()
    {
        var options = new AdamWOptimizerOptions { Moments = MomentPrecision.EightBit };
        using var model = CausalLanguageModel.FromConfig(Config);
        using var optimizer = new AdamWOptimizer(model.named_parameters(), options);
        var batch = new TokenBatch(TorchSharp.torch.tensor(new long[] { 1, 2, 3, 4 }, [1, 4]));
        var data = new ExampleData<TokenBatch>([batch], tokens => new TrainingBatch(tokens[0], NextTokenTargets.Of(tokens[0])), _ => 4);
        new TrainingLoop(model, optimizer, new TrainingOptions { Epochs = 1 }).Run(data);

        Assert.AreEqual(optimizer.StateBytes, Plan(new AdamWMemory(options)).OptimizerState);
        Assert.IsTrue(optimizer.StateBytes < 0.26 * Plan(new AdamWMemory()).OptimizerState);
    }

    [TestMethod]
    public void State_of_whole_blocks_none_of_which_fits_into_the_budget_is_that_of_the_largest()
    {
        var options = new BlockLlmOptimizerOptions { Sparsity = 0.99, MaskCoordinates = false, Granularity = BlockGranularity.Layer, Frozen = ["model.embed_tokens.*", "lm_head.*", "model.norm.*"] };
        using var model = CausalLanguageModel.FromConfig(Config);
        using var optimizer = new BlockLlmOptimizer(model.named_parameters(), options);
        var batch = new TokenBatch(TorchSharp.torch.tensor(new long[] { 1, 2, 3, 4 }, [1, 4]));
        var data = new ExampleData<TokenBatch>([batch], tokens => new TrainingBatch(tokens[0], NextTokenTargets.Of(tokens[0])), _ => 4);
        new TrainingLoop(model, optimizer, new TrainingOptions { Epochs = 1 }).Run(data);

        Assert.IsTrue(optimizer.ActiveCount > optimizer.Budget);
        Assert.AreEqual(optimizer.StateBytes, Plan(new BlockLlmMemory(options)).OptimizerState);
    }

    [TestMethod]
    public void Further_batches_of_an_update_have_the_sums_of_those_before_beside_them()
    {
        // With so many logits the peak is at the loss, before the batch itself gives any gradient.
        var model = ModelMemory.OfLanguageModel(Config with { VocabularySize = 2000 });
        var shape = new BatchShape(64, 32);
        var one = MemoryPlan.For(model, new SgdMemory(), shape);

        var several = MemoryPlan.For(model, new SgdMemory(), shape, accumulates: true);

        Assert.AreEqual(one.TrainingPeak + one.Gradients, several.TrainingPeak);
        StringAssert.StartsWith(several.PeakMoment, "updating, further batch: ");
    }

    [TestMethod]
    public void Carried_moments_in_8_bits_are_planned_decoded()
    {
        var model = ModelMemory.OfLanguageModel(Config);
        var options = new BlockLlmOptimizerOptions { Sparsity = 0.9, Moments = MomentPrecision.EightBit };

        Assert.IsTrue(new BlockLlmMemory(options).UpdateBytes(model) > new BlockLlmMemory(options with { CarryMoments = false }).UpdateBytes(model));
    }

    [TestMethod]
    public void Steps_by_the_sign_take_the_signs_of_the_largest_parameter_beside_its_gradient()
    {
        const long Largest = 300 * 32;
        var options = new BlockLlmOptimizerOptions { Sparsity = 0.99, SignStepRate = 0.1 };

        Assert.IsTrue(UpdateBytes(TorchSharp.torch.ScalarType.Float32) >= 4 * Largest);
        Assert.IsTrue(UpdateBytes(TorchSharp.torch.ScalarType.BFloat16) >= 7 * 4 * Largest, "In 16 bits these steps round all weights of the parameter at once.");

        long UpdateBytes(TorchSharp.torch.ScalarType type) => new BlockLlmMemory(options).UpdateBytes(ModelMemory.OfLanguageModel(Config, type));
    }

    [TestMethod]
    public void Sampled_blocks_need_no_probing_pass() =>
        CollectionAssert.AreEqual(
            new[] { "selecting", "updating" },
            Passes(new BlockLlmOptimizerOptions { Norms = new GradientNormSource.SampledBlocks() }).Select(pass => pass.Name).ToArray());

    [TestMethod]
    public void Steps_by_the_sign_hold_the_gradients_of_the_taken_parameters_whole()
    {
        var plain = Passes(new BlockLlmOptimizerOptions()).Single(pass => pass.Name == "updating");
        var signed = Passes(new BlockLlmOptimizerOptions { SignStepRate = 0.1 }).Single(pass => pass.Name == "updating");

        Assert.AreEqual(plain.HeldBytes(1000) + (4 * 1000), signed.HeldBytes(1000));
    }

    [TestMethod]
    public void A_limit_that_counts_a_part_of_large_blocks_takes_more_of_them()
    {
        var options = new BlockLlmOptimizerOptions { Sparsity = 0.9, TakeFactor = 1, MaxBlockShare = 0.2, SignStepRate = 0.1 };
        using var model = CausalLanguageModel.FromConfig(Config);
        using var optimizer = new BlockLlmOptimizer(model.named_parameters(), options);
        var batch = new TokenBatch(TorchSharp.torch.tensor(new long[] { 1, 2, 3, 4 }, [1, 4]));
        var data = new ExampleData<TokenBatch>([batch], tokens => new TrainingBatch(tokens[0], NextTokenTargets.Of(tokens[0])), _ => 4);
        new TrainingLoop(model, optimizer, new TrainingOptions { Epochs = 1 }).Run(data);
        var blocks = optimizer.Visits.Where(block => block.Value > 0).Select(block => block.Key + ".").ToList();
        var taken = model.named_parameters().Where(entry => blocks.Any(block => entry.name.StartsWith(block, StringComparison.Ordinal))).Sum(entry => entry.parameter.numel());

        var (planned, unlimited) = (Held(options), Held(options with { MaxBlockShare = 1 }));

        Assert.IsTrue(4 * taken <= planned, $"{4 * taken} bytes of gradients, {planned} planned");
        Assert.IsTrue(4 * taken > unlimited, "No more was taken than without a limit, which proves nothing.");

        static long Held(BlockLlmOptimizerOptions options) => Updating(options) - Updating(options with { SignStepRate = 0 });

        static long Updating(BlockLlmOptimizerOptions options) => Passes(options).Single(pass => pass.Name == "updating").HeldBytes(long.MaxValue);
    }

    [TestMethod]
    public void The_copy_of_the_best_model_is_planned_where_it_is_kept()
    {
        var model = ModelMemory.OfLanguageModel(Config);
        var without = MemoryPlan.For(model, new AdamWMemory(), Batch);

        var plan = MemoryPlan.For(model, new AdamWMemory(), Batch, keepsBest: true);

        Assert.AreEqual(0, without.BestModel);
        Assert.AreEqual(plan.Weights, plan.BestModel);
        Assert.AreEqual(without.Peak + plan.BestModel, plan.Peak);
    }

    [TestMethod]
    public void Logits_that_are_made_in_parts_are_never_planned_whole()
    {
        var model = ModelMemory.OfLanguageModel(Config with { VocabularySize = 60_000 });
        var (one, many) = (MemoryPlan.For(model, new AdamWMemory(), new BatchShape(2, 64)), MemoryPlan.For(model, new AdamWMemory(), new BatchShape(16, 64)));

        Assert.AreEqual(one.Loss, many.Loss);
    }

    private static IReadOnlyList<GradientPass> Passes(BlockLlmOptimizerOptions options) => new BlockLlmMemory(options).Passes(ModelMemory.OfLanguageModel(Config), gradientSize: 4);

    private static MemoryPlan Plan(MethodMemory method, Recompute recompute = default) =>
        MemoryPlan.For(ModelMemory.OfLanguageModel(Config), method, Batch, recompute);
}
