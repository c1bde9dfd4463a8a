using System.Text.Json;
using Microsoft.ML.BlockLlm.Models;
using static TorchSharp.torch;

namespace Microsoft.ML.BlockLlm.Training.Tests;

[TestClass]
public sealed class LoraTests
{
    private static readonly string s_golden = Path.Combine(AppContext.BaseDirectory, "golden");

    private static readonly LoraOptions s_options = new()
    {
        Rank = 3, Alpha = 6, Targets = ["*.q_proj", "*.v_proj", "*.down_proj"], LearningRate = 0.002, WeightDecay = 0.1, Epsilon = 1e-3,
    };

    [TestMethod]
    public void Rank_and_alpha_are_those_of_the_released_code_by_default() => Assert.AreEqual((8, 16.0), (new LoraOptions().Rank, new LoraOptions().Alpha));

    [TestMethod]
    public void Twenty_steps_follow_PyTorch() => Follows("large_epsilon", s_options);

    /// <summary>Gradients are so small that the default epsilon shows.</summary>
    [TestMethod]
    public void Twenty_steps_with_small_gradients_follow_PyTorch() => Follows("default_epsilon", s_options with { Epsilon = new LoraOptions().Epsilon }, gradientScale: 1e-5);

    private static void Follows(string goldenRun, LoraOptions loraOptions, double gradientScale = 1)
    {
        var golden = JsonSerializer.Deserialize<Golden>(File.ReadAllText(Path.Combine(s_golden, "lora.json")), JsonSerializerOptions.Web)!;
        var run = golden.Runs[goldenRun];
        using var model = Open("llama-tiny");
        var method = TrainingMethod.Lora(loraOptions);
        method.Prepare(model, ParameterRoles.None);
        SetAdapters(model, golden.Initial);
        TrainingSummary summary;
        using (var optimizer = method.CreateOptimizer(model.named_parameters()))
        {
            TokenSequence[] sequences = [.. golden.Rows.Select(row => new TokenSequence([new TokenDocument(row)]))];
            var data = new ExampleData<TokenSequence>(sequences, batch => TokenSequence.Collate(batch, paddingId: 0), sequence => sequence.Length);
            var options = new TrainingOptions { Epochs = run.Losses.Length, BatchSize = golden.Rows.Length, Schedule = LearningRateSchedule.Constant, WarmupFraction = 0 };
            summary = new TrainingLoop(model, optimizer, options, (output, batch) => CrossEntropy.Loss(output, batch) * gradientScale).Run(data);
            method.Finish(model);
        }

        for (var step = 0; step < run.Losses.Length; step++)
            Assert.AreEqual(gradientScale * run.Losses[step], summary.Losses[step], 1e-5 * gradientScale * run.Losses[step], $"loss of step {step + 1}");
        var weights = model.named_parameters().ToDictionary(entry => entry.name, entry => entry.parameter.data<float>().ToArray());
        foreach (var (name, expected) in run.Weights)
        {
            for (var i = 0; i < expected.Length; i++)
                Assert.AreEqual(expected[i], weights[name][i], (1e-5 * Math.Abs(expected[i])) + 1e-7, $"{name}[{i}]");
        }
    }

    [TestMethod]
    [DataRow("llama-tiny")]
    [DataRow("gpt2-tiny")]
    public void Adapters_change_nothing_at_first_and_merging_nothing_of_what_they_have_learned(string folder)
    {
        using var scope = NewDisposeScope();
        using var withoutGraph = no_grad();
        using var model = Open(folder);
        var batch = new TokenBatch(tensor(new long[] { 1, 5, 9, 2, 8, 3 }, [1, 6]));
        var own = model.forward(batch);
        var method = TrainingMethod.Lora(new() { Rank = 2 });

        method.Prepare(model, ParameterRoles.None);
        AssertClose(own, model.forward(batch), 0);
        foreach (var (_, parameter) in model.named_parameters().Where(entry => entry.name.EndsWith(".lora.B", StringComparison.Ordinal)))
            parameter.normal_(0, 0.1);
        var adapted = model.forward(batch);
        method.Finish(model);
        var merged = model.forward(batch);

        Assert.IsTrue((adapted - own).abs().max().item<float>() > 1e-2);
        AssertClose(adapted, merged, 1e-4);
        Assert.IsFalse(model.named_parameters().Any(entry => entry.name.Contains("lora")));
    }

    [TestMethod]
    public void A_branch_is_scaled_by_alpha_over_rank_and_begins_within_the_bound_of_Kaiming()
    {
        using var scope = NewDisposeScope();
        using var withoutGraph = no_grad();
        using var model = Open("llama-tiny");
        var method = TrainingMethod.Lora(new() { Rank = 4, Alpha = 12, Targets = ["*.0.self_attn.q_proj"] });
        method.Prepare(model, ParameterRoles.None);
        var parameters = model.named_parameters().ToDictionary(entry => entry.name, entry => entry.parameter);
        var (a, b, weight) = (parameters["model.layers.0.self_attn.q_proj.lora.A"], parameters["model.layers.0.self_attn.q_proj.lora.B"], parameters["model.layers.0.self_attn.q_proj.weight"]);

        var largest = a.abs().max().item<float>();
        Assert.IsTrue(largest is > 0.2f and <= 0.25f, $"inputs: 16, so values lie uniform within 1/4; the largest is {largest}");
        Assert.AreEqual(0, b.abs().max().item<float>());

        b.fill_(0.5);
        var expected = weight + (3 * b.matmul(a));
        method.Finish(model);
        AssertClose(expected, weight, 1e-6);
    }

    [TestMethod]
    public void Checkpoints_hold_the_adapters_and_none_of_the_weights()
    {
        using var folder = new TemporaryFolder();
        using var model = Open("llama-tiny");
        var method = TrainingMethod.Lora(s_options);
        method.Prepare(model, ParameterRoles.None);
        using var optimizer = method.CreateOptimizer(model.named_parameters());
        var options = new TrainingOptions { MaxSteps = 1, Checkpoints = new CheckpointOptions { Directory = folder.Path } };
        TokenSequence[] sequences = [new([new TokenDocument([1, 2, 3, 4])])];
        new TrainingLoop(model, optimizer, options).Run(new ExampleData<TokenSequence>(sequences, batch => TokenSequence.Collate(batch, paddingId: 0), sequence => sequence.Length));

        var saved = SafetensorsFile.Open(Directory.EnumerateFiles(folder.Path, "weights.safetensors", SearchOption.AllDirectories).Single()).Tensors;
        Assert.AreEqual(12, saved.Count);
        Assert.IsTrue(saved.All(tensor => tensor.Name.Contains(".lora.")));
    }

    [TestMethod]
    public void The_plan_knows_the_adapters_of_a_model()
    {
        using var model = Open("llama-tiny");
        var memory = ModelMemory.OfLanguageModel(model.Config);
        var method = TrainingMethod.Lora(s_options);
        method.Prepare(model, ParameterRoles.None);

        CollectionAssert.AreEquivalent(ParameterSizes.Of(model).ToArray(), method.Memory().Adapt(memory).Parameters.ToArray());
    }

    [TestMethod]
    public void The_plan_of_an_error_for_memory_counts_the_head_too()
    {
        using var model = Open("llama-tiny");
        var memory = ModelMemory.OfLanguageModel(model.Config);
        var roles = new ParameterRoles { AlwaysTrained = ["lm_head.weight"] };
        var method = TrainingMethod.Lora(s_options);
        method.Prepare(model, roles);
        using var optimizer = method.CreateOptimizer(model.named_parameters(), roles);

        var batch = new BatchShape(2, 4);
        var planned = MemoryPlan.For(memory, method.Memory(roles), batch);
        var explained = MemoryPlan.For(memory, TrainingMethod.Of(optimizer)!.Memory(), batch);

        Assert.AreEqual(planned.OptimizerState, explained.OptimizerState);
        Assert.AreEqual(planned.Peak, explained.Peak);
        Assert.IsTrue(planned.OptimizerState > MemoryPlan.For(memory, method.Memory(), batch).OptimizerState);
    }

    [TestMethod]
    public void A_training_with_dropout_differs_from_one_without_and_by_its_seed()
    {
        var runs = new[] { (0.0, 1), (0.5, 1), (0.5, 1), (0.5, 2) }.Select(run => Losses(run.Item1, run.Item2)).ToArray();

        CollectionAssert.AreEqual(runs[1], runs[2]);
        CollectionAssert.AreNotEqual(runs[0], runs[1]);
        CollectionAssert.AreNotEqual(runs[1], runs[3]);

        static double[] Losses(double dropout, int seed)
        {
            using var model = Open("llama-tiny");
            using var generator = new Generator(1);
            var method = TrainingMethod.Lora(s_options with { Dropout = dropout, LearningRate = 0.05, Seed = 1 });
            method.Prepare(model, ParameterRoles.None, generator);
            using var optimizer = method.CreateOptimizer(model.named_parameters());
            TokenSequence[] sequences = [new([new TokenDocument([1, 2, 3, 4, 5, 6])])];
            var data = new ExampleData<TokenSequence>(sequences, batch => TokenSequence.Collate(batch, paddingId: 0), sequence => sequence.Length);
            return [.. new TrainingLoop(model, optimizer, new TrainingOptions { MaxSteps = 4, Epochs = 4, Seed = seed, WarmupFraction = 0 }).Run(data).Losses];
        }
    }

    [TestMethod]
    public void It_needs_less_memory_than_AdamW_and_more_for_activations_with_dropout()
    {
        var memory = ModelMemory.OfLanguageModel(new LlamaConfig { VocabularySize = 1000, HiddenSize = 256, IntermediateSize = 512, LayerCount = 4, HeadCount = 4, MaxTokens = 128 });
        var batch = new BatchShape(4, 64);

        var lora = MemoryPlan.For(memory, TrainingMethod.Lora().Memory(), batch);
        var dropout = MemoryPlan.For(memory, TrainingMethod.Lora(new() { Dropout = 0.1 }).Memory(), batch);

        Assert.IsTrue(lora.Peak < MemoryPlan.For(memory, TrainingMethod.AdamW().Memory(), batch).Peak);
        Assert.IsTrue(dropout.Activations > lora.Activations);
    }

    [TestMethod]
    public void Adapters_are_drawn_with_the_seed_of_the_options_where_there_is_one()
    {
        using var scope = NewDisposeScope();

        AssertClose(FirstAdapter(TrainingMethod.Lora(s_options).WithSeed(5), 1), FirstAdapter(TrainingMethod.Lora(s_options with { Seed = 5 }).WithSeed(6), 2), 0);
        Assert.AreNotEqual(0, (FirstAdapter(TrainingMethod.Lora(s_options), 1) - FirstAdapter(TrainingMethod.Lora(s_options), 2)).abs().max().item<float>());

        static Tensor FirstAdapter(TrainingMethod method, ulong generatorSeed)
        {
            using var model = Open("llama-tiny");
            using var generator = new Generator(generatorSeed);
            method.Prepare(model, ParameterRoles.None, generator);
            return model.named_parameters().First(entry => entry.name.EndsWith(".lora.A", StringComparison.Ordinal)).parameter.detach().clone();
        }
    }

    [TestMethod]
    public void A_target_that_does_not_exist_is_refused_with_some_that_do()
    {
        using var model = Open("llama-tiny");
        var error = Assert.ThrowsExactly<ArgumentException>(() => TrainingMethod.Lora(new() { Targets = ["*.query"] }).Prepare(model, ParameterRoles.None));

        StringAssert.Contains(error.Message, "Targets: the pattern '*.query' matches no linear layer of the model.");
        StringAssert.Contains(error.Message, "'model.layers.0.self_attn.q_proj'");
    }

    [TestMethod]
    public void Options_out_of_range_are_refused_where_the_method_is_made()
    {
        Assert.AreEqual("Rank", Assert.ThrowsExactly<ArgumentOutOfRangeException>(() => TrainingMethod.Lora(new() { Rank = 0 })).ParamName);
        Assert.AreEqual("Alpha", Assert.ThrowsExactly<ArgumentOutOfRangeException>(() => TrainingMethod.Lora(new() { Alpha = 0 })).ParamName);
        Assert.AreEqual("Dropout", Assert.ThrowsExactly<ArgumentOutOfRangeException>(() => TrainingMethod.Lora(new() { Dropout = 1 })).ParamName);
        Assert.AreEqual("Targets", Assert.ThrowsExactly<ArgumentException>(() => TrainingMethod.Lora(new() { Targets = [] })).ParamName);
    }

    private static CausalLanguageModel Open(string folder) => CausalLanguageModel.Load(Path.Combine(s_golden, folder));

    private static void SetAdapters(CausalLanguageModel model, Dictionary<string, float[]> values)
    {
        using var scope = NewDisposeScope();
        using var withoutGraph = no_grad();
        var parameters = model.named_parameters().ToDictionary(entry => entry.name, entry => entry.parameter);
        foreach (var (name, initial) in values)
            parameters[name].copy_(tensor(initial).view(parameters[name].shape));
    }

    private static void AssertClose(Tensor expected, Tensor actual, double tolerance)
    {
        using var scope = NewDisposeScope();
        Assert.AreEqual(0, (expected - actual).abs().max().item<float>(), tolerance);
    }

    private sealed record Golden(int[][] Rows, Dictionary<string, float[]> Initial, Dictionary<string, Run> Runs);

    private sealed record Run(double[] Losses, Dictionary<string, float[]> Weights);
}
