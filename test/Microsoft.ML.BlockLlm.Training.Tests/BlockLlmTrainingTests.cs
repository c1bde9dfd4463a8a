using Microsoft.ML.BlockLlm.Optimizers;

namespace Microsoft.ML.BlockLlm.Training.Tests;

/// <summary>The loop with an optimizer that probes before it selects.</summary>
[TestClass]
[DoNotParallelize]
public sealed class BlockLlmTrainingTests
{
    private static readonly TrainingOptions Short = new() { Epochs = 2, BatchSize = 8, WarmupFraction = 0 };

    [TestMethod]
    public void A_model_learns_from_a_fifth_of_its_weights_at_a_time()
    {
        using var model = new TiedModel();
        using var optimizer = BlockLlm(model, period: 5);

        var summary = new TrainingLoop(model, optimizer, Short with { Epochs = 30 }).Run(Samples.Data(256));

        Assert.IsTrue(summary.ActiveShare <= 0.21, $"{summary.ActiveShare:p1} of the weights were active.");
        Assert.IsTrue(summary.SmoothedLoss < summary.Losses[0] / 2, $"The loss went from {summary.Losses[0]:f2} to {summary.SmoothedLoss:f2} only.");
    }

    [TestMethod]
    public void Every_selection_is_preceded_by_a_probe_that_changes_no_weight()
    {
        using var model = new TiedModel();
        using var optimizer = BlockLlm(model, period: 4);
        var before = WeightsOf(model);
        var (passes, changedByProbe) = (0, false);
        var loop = new TrainingLoop(model, optimizer, Short, (output, batch) =>
        {
            passes++;
            if (passes == 2)
                changedByProbe = !before.AsSpan().SequenceEqual(WeightsOf(model));
            return CrossEntropy.Loss(output, batch);
        });

        var summary = loop.Run(Samples.Data(64));

        // 16 updates, selections before the 1st, 5th, 9th and 13th.
        Assert.AreEqual(4, summary.Reselections);
        CollectionAssert.AreEquivalent(optimizer.Visits.ToArray(), summary.Visits.ToArray());
        Assert.IsTrue(summary.Visits.Values.Sum() >= 4 && summary.Visits.Values.All(visits => visits <= 4));
        Assert.AreEqual(16 + 4, passes);
        Assert.IsFalse(changedByProbe);
    }

    [TestMethod]
    public void A_probe_keeps_the_activations_of_one_stage_at_once()
    {
        using var model = new TiedModel();
        using var optimizer = BlockLlm(model, period: 4);

        new TrainingLoop(model, optimizer, Short).Run(Samples.Data(64));

        // 16 updates run a stage once, the 4 probes twice.
        Assert.AreEqual(16 + (4 * 2), model.First.Runs);
    }

    [TestMethod]
    public void Only_the_budget_changes_between_two_selections()
    {
        using var model = new TiedModel();
        using var optimizer = BlockLlm(model, period: 100);
        var before = WeightsOf(model);

        new TrainingLoop(model, optimizer, Short).Run(Samples.Data(64));

        var changed = before.Zip(WeightsOf(model)).Count(pair => pair.First != pair.Second);
        Assert.IsTrue(changed > 0 && changed <= optimizer.Budget, $"{changed} weights changed; the budget is {optimizer.Budget}.");
    }

    [TestMethod]
    [DataRow(1)]
    [DataRow(3)]
    public void A_gradient_that_is_not_finite_stops_the_run_whether_a_probe_or_an_update_meets_it(int pass)
    {
        using var model = new TiedModel();
        using var optimizer = BlockLlm(model, period: 100);
        var (passes, before) = (0, Array.Empty<float>());
        var loop = new TrainingLoop(model, optimizer, Short, (output, batch) =>
        {
            before = WeightsOf(model);
            // The root of 0 is finite, its derivative is not.
            return ++passes == pass ? (output - output.detach()).sum().sqrt() : CrossEntropy.Loss(output, batch);
        });

        var exception = Assert.ThrowsException<TrainingDivergedException>(() => loop.Run(Samples.Data(64)));

        Assert.IsInstanceOfType<NonFiniteGradientException>(exception.InnerException);
        CollectionAssert.AreEqual(before, WeightsOf(model));
    }

    [TestMethod]
    public void A_mistake_in_the_use_of_the_optimizer_is_not_taken_for_divergence()
    {
        using var model = new TiedModel();
        using var other = new TiedModel();
        using var optimizer = new AdamWOptimizer(other.named_parameters());

        var exception = Assert.ThrowsException<InvalidOperationException>(() => new TrainingLoop(model, optimizer, Short).Run(Samples.Data(64)));

        StringAssert.Contains(exception.Message, "no gradients");
    }

    [TestMethod]
    public void Sampled_norms_do_not_depend_on_how_many_batches_an_update_has()
    {
        // Five texts in groups of four and one, and two in groups of one: as many updates, and all texts are alike.
        CollectionAssert.AreEquivalent(Visits(texts: 2, accumulation: 1), Visits(texts: 5, accumulation: 4));

        static KeyValuePair<string, long>[] Visits(int texts, int accumulation)
        {
            using var model = new TiedModel();
            using var optimizer = new BlockLlmOptimizer(model.named_parameters(), new()
            {
                LearningRate = 1e-12, Sparsity = 0.9, TakeFactor = 1, Reselection = new ReselectionRule.FixedPeriod(1), Norms = new GradientNormSource.SampledBlocks(1),
            });
            var data = Samples.Data([.. Enumerable.Repeat(Samples.Examples(1)[0], texts)]);
            new TrainingLoop(model, optimizer, Short with { Epochs = 12, BatchSize = 1, GradientAccumulation = accumulation }).Run(data);
            Assert.AreEqual(24, optimizer.Selections);
            return [.. optimizer.Visits];
        }
    }

    [TestMethod]
    public void Of_the_best_model_only_parameters_that_changed_since_are_copied()
    {
        using var model = new TiedModel();
        using var optimizer = new BlockLlmOptimizer(model.named_parameters(), new()
        {
            LearningRate = 0.03, Sparsity = 0.9, TakeFactor = 1, Reselection = new ReselectionRule.FixedPeriod(100), Norms = new GradientNormSource.SampledBlocks(1),
        });
        var (tensors, weights) = (new List<long>(), new List<float[][]>());
        var observer = new TestedMethods.Observer(_ =>
        {
            tensors.Add(TorchSharp.torch.Tensor.TotalCount);
            weights.Add([.. model.parameters().Select(parameter => parameter.data<float>().ToArray())]);
        });
        LiveTensors.CountBeforeTest();

        // The third update and the sixth are evaluated, and those between measure further blocks.
        new TrainingLoop(model, optimizer, Short with { Epochs = 1, EvaluationInterval = 3, MaxSteps = 6 }).Run(Samples.Data(64), Samples.Data(8), observer);

        var changed = weights[2].Zip(weights[4]).Count(pair => !pair.First.SequenceEqual(pair.Second));
        Assert.IsTrue(changed > 0 && changed < weights[2].Length);
        Assert.AreEqual(changed, tensors[4] - tensors[2]);
    }

    [TestMethod]
    public void The_same_seed_gives_the_same_bits()
    {
        CollectionAssert.AreEqual(Trained(), Trained());

        static float[] Trained()
        {
            using var model = new TiedModel(dropout: 0.2);
            using var optimizer = BlockLlm(model, period: 3);
            new TrainingLoop(model, optimizer, Short).Run(Samples.Data(64));
            return WeightsOf(model);
        }
    }

    private static BlockLlmOptimizer BlockLlm(TiedModel model, int period) => new(model.named_parameters(), new BlockLlmOptimizerOptions
    {
        LearningRate = 0.03,
        Sparsity = 0.8,
        Reselection = new ReselectionRule.FixedPeriod(period),
    });

    private static float[] WeightsOf(TiedModel model) => [.. model.parameters().SelectMany(parameter => parameter.data<float>().ToArray())];
}
