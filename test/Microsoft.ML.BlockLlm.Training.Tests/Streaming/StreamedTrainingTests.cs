using Microsoft.ML.BlockLlm.Models;
using Microsoft.ML.BlockLlm.Optimizers;
using TorchSharp;
using static TorchSharp.torch;

namespace Microsoft.ML.BlockLlm.Training.Tests;

/// <summary>Training of a model whose weights stay in their file, beside the same training in memory.</summary>
[TestClass]
public sealed class StreamedTrainingTests
{
    private static readonly TrainingOptions s_short = new() { Epochs = 1, BatchSize = 4, WarmupFraction = 0, Recompute = Recompute.All, Threads = 1 };

    // Selections before the 1st, 4th, 7th and 10th update, so that weights leave the selection and come back.
    private static readonly BlockLlmOptimizerOptions s_blockLlm = new() { Sparsity = 0.9, LearningRate = 0.02, WeightDecay = 0.1, Reselection = new ReselectionRule.FixedPeriod(3) };

    [TestMethod]
    [DataRow(ScalarType.BFloat16, ScalarType.BFloat16, false, true)]
    [DataRow(ScalarType.BFloat16, ScalarType.BFloat16, true, true)]
    [DataRow(ScalarType.BFloat16, ScalarType.Float32, false, true)]
    [DataRow(ScalarType.Float32, ScalarType.Float32, true, false)]
    [DataRow(ScalarType.Float32, ScalarType.BFloat16, false, false)]
    public void Updates_with_selections_anew_give_the_bits_of_training_in_memory(ScalarType stored, ScalarType dtype, bool tied, bool recomputes)
    {
        using var files = new TinyLlama(stored, tied);
        var options = s_short with { Recompute = recomputes ? Recompute.All : Recompute.None };

        var (losses, weights) = Train(streamed: false);
        var (streamedLosses, streamedWeights) = Train(streamed: true);

        Assert.AreEqual(10, losses.Count);
        CollectionAssert.AreEqual(losses.ToArray(), streamedLosses.ToArray());
        CollectionAssert.AreEqual(weights, streamedWeights);

        (IReadOnlyList<double> Losses, byte[] Weights) Train(bool streamed)
        {
            using var model = files.Load(dtype, streamed);
            using var optimizer = new BlockLlmOptimizer(model.named_parameters(), s_blockLlm);
            var summary = new TrainingLoop(model, optimizer, options).Run(TinyLlama.Data(40));
            Assert.AreEqual(4, summary.Reselections);
            return (summary.Losses, files.SavedWeights(model));
        }
    }

    [TestMethod]
    [DataRow("full AdamW")]
    [DataRow("sign steps")]
    [DataRow("stochastic rounding")]
    public void Other_ways_to_update_give_the_bits_of_training_in_memory(string way)
    {
        using var files = new TinyLlama();

        CollectionAssert.AreEqual(Train(streamed: false), Train(streamed: true));

        byte[] Train(bool streamed)
        {
            using var model = files.Load(ScalarType.BFloat16, streamed);
            using StagewiseOptimizer optimizer = way switch
            {
                "full AdamW" => new AdamWOptimizer(model.named_parameters(), new() { LearningRate = 0.02 }),
                "sign steps" => new BlockLlmOptimizer(model.named_parameters(), s_blockLlm with { SignStepRate = 0.3 }),
                _ => new BlockLlmOptimizer(model.named_parameters(), s_blockLlm with { LowPrecision = LowPrecision.StochasticRounding, AlwaysActive = ["lm_head.*"] }),
            };
            new TrainingLoop(model, optimizer, s_short).Run(TinyLlama.Data(24));
            return files.SavedWeights(model);
        }
    }

    public static IEnumerable<object[]> Methods => TrainingMethod.All.Select(method => new object[] { method.Name });

    [TestMethod]
    [DynamicData(nameof(Methods))]
    public void Every_method_gives_the_bits_of_training_in_memory_or_refuses(string name)
    {
        using var files = new TinyLlama();
        var method = TrainingMethod.Named(name) with { LearningRate = 0.02 };
        var expected = Train(streamed: false);
        if (method.TrainsAdapters)
            StringAssert.Contains(Assert.ThrowsExactly<NotSupportedException>(() => Train(streamed: true)).Message, "Load the model without streaming, or choose another method.");
        else
            CollectionAssert.AreEqual(expected, Train(streamed: true));

        byte[] Train(bool streamed)
        {
            using var model = files.Load(ScalarType.BFloat16, streamed);
            method.Prepare(model, ParameterRoles.None);
            using (var optimizer = method.CreateOptimizer(model.named_parameters()))
                new TrainingLoop(model, optimizer, s_short).Run(TinyLlama.Data(8));
            method.Finish(model);
            return files.SavedWeights(model);
        }
    }

    [TestMethod]
    public void The_best_evaluation_comes_back_to_the_bits_of_training_in_memory()
    {
        using var files = new TinyLlama();

        CollectionAssert.AreEqual(Train(streamed: false), Train(streamed: true));

        byte[] Train(bool streamed)
        {
            using var model = files.Load(ScalarType.BFloat16, streamed);
            // At this rate the loss of other texts soon rises.
            using var optimizer = new BlockLlmOptimizer(model.named_parameters(), s_blockLlm with { LearningRate = 0.3 });
            var summary = new TrainingLoop(model, optimizer, s_short with { EvaluationInterval = 1, SelectBy = ModelSelection.Loss }).Run(TinyLlama.Data(24), TinyLlama.Data(4, seed: 2));
            Assert.IsTrue(summary.BestStep < summary.Steps, "The last model was the best; nothing came back.");
            return files.SavedWeights(model);
        }
    }

    [TestMethod]
    public void The_best_evaluation_keeps_what_differs_from_the_file_and_no_more()
    {
        using var files = new TinyLlama();
        using var model = files.Load(ScalarType.BFloat16, streamed: true);
        using var best = new BestModel(new TrainingOptions(), model.StreamedWeights);
        var parameter = model.parameters().First();
        best.Observe(1, new EvaluationResult(Loss: 1, Accuracy: 0.5, Targets: 1));
        var before = LiveTensors.CountBeforeTest();

        best.BeforeUpdate(parameter);
        Assert.AreEqual(before, Tensor.TotalCount);

        Change(1);
        best.Observe(2, new EvaluationResult(Loss: 0.5, Accuracy: 0.5, Targets: 1));
        best.BeforeUpdate(parameter);
        Change(2);
        best.Restore();
        Assert.AreEqual(1, model.StreamedWeights!.ChangedCount);
        using (model.StreamedWeights.OpenToRead(parameter))
            Assert.AreEqual(1, parameter.view(-1)[0].to_type(ScalarType.Float32).item<float>());

        void Change(int value)
        {
            using var withoutGraph = no_grad();
            using var weights = model.StreamedWeights!.OpenToChange(parameter);
            parameter.view(-1).narrow(0, 0, value).fill_(value);
        }
    }

    [TestMethod]
    public void A_model_can_be_neither_converted_nor_moved()
    {
        using var files = new TinyLlama();
        using var model = files.Load(ScalarType.BFloat16, streamed: true);
        var saved = files.SavedWeights(model);

        foreach (var move in (Action[])[() => model.to(ScalarType.Float32), () => model.to(CPU), () => model.to(CPU, ScalarType.Float32), () => model.bfloat16()])
            StringAssert.Contains(Assert.ThrowsExactly<NotSupportedException>(move).Message, "Load the model with the dtype that is wanted");

        CollectionAssert.AreEqual(saved, files.SavedWeights(model));
    }

    [TestMethod]
    [DataRow(true)]
    [DataRow(false)]
    public void Gradients_of_a_head_in_parts_are_those_in_memory(bool tied)
    {
        using var files = new TinyLlama(tied: tied);
        using var batch = TinyLlama.Batch();
        using var inMemory = files.Load(ScalarType.BFloat16, streamed: false);
        using var streamed = files.Load(ScalarType.BFloat16, streamed: true);

        var expected = Gradients(inMemory);
        var actual = Gradients(streamed);

        CollectionAssert.AreEquivalent(expected.Keys, actual.Keys);
        foreach (var (name, gradient) in expected)
            CollectionAssert.AreEqual(gradient, actual[name], name);

        Dictionary<string, float[]> Gradients(CausalLanguageModel model)
        {
            var gradients = new Dictionary<string, float[]>();
            new StageEngine(model, Recompute.All, maxLogits: 7 * 13).ForwardBackward(batch, CrossEntropy.Loss, _ => true, (parameter, gradient) =>
            {
                using var wide = gradient.to_type(ScalarType.Float32);
                gradients.Add(model.named_parameters().First(entry => ReferenceEquals(entry.parameter, parameter)).name, wide.data<float>().ToArray());
            });
            return gradients;
        }
    }

    [TestMethod]
    public void At_most_one_stage_is_open_when_all_run_again_for_backward()
    {
        using var files = new TinyLlama();
        using var model = files.Load(ScalarType.BFloat16, streamed: true);
        using var batch = TinyLlama.Batch();
        List<string> stages = [];

        new StageEngine(model, Recompute.All).ForwardBackward(batch, (logits, part) =>
        {
            stages.Add(OpenStages());
            return CrossEntropy.Loss(logits, part);
        }, _ => true, (_, _) => stages.Add(OpenStages()));

        Assert.AreEqual("", OpenStages());
        CollectionAssert.AreEqual(new[] { "4", "3", "2", "1", "0" }, stages.Distinct().ToArray());

        string OpenStages() => string.Join(", ", model.Stages.Index().Where(stage => stage.Item.parameters().Any(TinyLlama.IsOpen)).Select(stage => stage.Index));
    }

    [TestMethod]
    public void A_pass_that_fails_leaves_no_weights_open_and_no_tensors()
    {
        using var files = new TinyLlama();
        using var model = files.Load(ScalarType.BFloat16, streamed: true);
        using var batch = TinyLlama.Batch();
        var engine = new StageEngine(model);
        var before = LiveTensors.CountBeforeTest();

        Assert.ThrowsExactly<InvalidOperationException>(() => engine.ForwardBackward(batch.Tokens, _ => throw new InvalidOperationException(), _ => true, (_, _) => { }));

        Assert.IsFalse(model.parameters().Any(TinyLlama.IsOpen));
        // What the layers share for a batch belongs to the batch.
        batch.Dispose();
        Assert.IsTrue(Tensor.TotalCount <= before);
    }

    [TestMethod]
    public void Memory_of_changes_is_that_of_the_weights_that_differ_from_the_file()
    {
        using var files = new TinyLlama();
        using var model = files.Load(ScalarType.BFloat16, streamed: true);
        using var optimizer = new BlockLlmOptimizer(model.named_parameters(), s_blockLlm with { Reselection = new ReselectionRule.FixedPeriod(100) });

        new TrainingLoop(model, optimizer, s_short).Run(TinyLlama.Data(24));

        var weights = model.StreamedWeights!;
        Assert.IsTrue(weights.ChangedCount > 0 && weights.ChangedCount <= optimizer.Budget, $"{weights.ChangedCount} weights changed; the budget is {optimizer.Budget}.");
        Assert.AreEqual(6 * weights.ChangedCount, weights.ChangedBytes);
    }

    [TestMethod]
    public void Checkpoints_are_refused()
    {
        using var files = new TinyLlama();
        using var folder = new TemporaryFolder();
        using var model = files.Load(ScalarType.BFloat16, streamed: true);
        using var optimizer = new BlockLlmOptimizer(model.named_parameters(), s_blockLlm);
        var loop = new TrainingLoop(model, optimizer, s_short with { Checkpoints = new CheckpointOptions { Directory = folder.Path } });

        var thrown = Assert.ThrowsExactly<ArgumentException>(() => loop.Run(TinyLlama.Data(8)));

        StringAssert.Contains(thrown.Message, "Leave out Checkpoints");
    }
}
