using Microsoft.ML.BlockLlm.Optimizers;
using static TorchSharp.torch;

namespace Microsoft.ML.BlockLlm.Training.Tests;

[TestClass]
public sealed class TrainingLoopTests
{
    private static readonly TrainingOptions Short = new() { Epochs = 2, BatchSize = 8 };

    [TestMethod]
    public void A_model_learns()
    {
        using var model = new TiedModel();
        using var optimizer = AdamW(model);

        var summary = new TrainingLoop(model, optimizer, Short with { Epochs = 20 }).Run(Samples.Data(256));

        var result = new Evaluator(model).Evaluate(Samples.Data(100, seed: 6));
        Assert.IsTrue(result.Accuracy > 0.8, $"Accuracy {result.Accuracy:p1}.");
        Assert.IsTrue(summary.Losses[^1] < summary.Losses[0] / 2);
    }

    [TestMethod]
    [DataRow(0)]
    [DataRow(99)]
    public void The_same_seed_gives_the_same_bits(int recomputedStages)
    {
        var options = Short with { Seed = 4 };

        CollectionAssert.AreEqual(Weights(options with { Recompute = Recompute.Lowest(recomputedStages) }), Weights(options));
        CollectionAssert.AreNotEqual(Weights(options), Weights(options with { Seed = 5 }));

        static byte[] Weights(TrainingOptions options)
        {
            using var model = new TiedModel(dropout: 0.2);
            using var optimizer = AdamW(model);
            new TrainingLoop(model, optimizer, options).Run(Samples.Data(60));
            return WeightsOf(model);
        }
    }

    [TestMethod]
    public void A_loss_that_throws_in_an_update_leaves_nothing_of_it_to_the_next()
    {
        var options = Short with { GradientAccumulation = 3 };

        CollectionAssert.AreEqual(Weights(failsFirst: false), Weights(failsFirst: true));

        byte[] Weights(bool failsFirst)
        {
            using var model = new TiedModel();
            using var optimizer = AdamW(model);
            if (failsFirst)
            {
                var calls = 0;
                var failing = new TrainingLoop(model, optimizer, options, (output, batch) => ++calls < 3 ? CrossEntropy.Loss(output, batch) : throw new InvalidOperationException("No loss."));
                Assert.ThrowsExactly<InvalidOperationException>(() => failing.Run(Samples.Data(60)));
            }

            new TrainingLoop(model, optimizer, options).Run(Samples.Data(60));
            return WeightsOf(model);
        }
    }

    [TestMethod]
    public void Accumulated_small_batches_are_one_large_batch()
    {
        // 50 examples: the last batch of a group is smaller. All of one length, since batches repeat tokens up to their longest.
        var examples = Samples.Examples(50).Select(example => example with { TokenIds = example.TokenIds[..3] }).ToArray();
        using var large = Train(Short with { BatchSize = 50 });
        using var small = Train(Short with { BatchSize = 7, GradientAccumulation = 8 });

        foreach (var (one, other) in large.parameters().Zip(small.parameters()))
            Assert.IsTrue(one.allclose(other, rtol: 1e-5, atol: 1e-6));

        TiedModel Train(TrainingOptions options)
        {
            var model = new TiedModel();
            // With so large an epsilon the update is nearly in proportion to the gradient, so that round-off stays round-off.
            using var optimizer = new AdamWOptimizer(model.named_parameters(), new AdamWOptimizerOptions { LearningRate = 1, Epsilon = 1 });
            var summary = new TrainingLoop(model, optimizer, options).Run(Samples.Data(examples));
            Assert.AreEqual(2, summary.Steps);
            return model;
        }
    }

    [TestMethod]
    public void Reports_tell_every_step()
    {
        using var model = new TiedModel();
        using var optimizer = AdamW(model);
        var reports = new Reports();

        var summary = new TrainingLoop(model, optimizer, Short with { Schedule = LearningRateSchedule.Linear, WarmupFraction = 0 })
            .Run(Samples.Data(60), validation: Samples.Data(20, seed: 6), reports);

        CollectionAssert.AreEqual(Enumerable.Range(1, 16).Select(step => (long)step).ToArray(), reports.Select(report => report.Step).ToArray());
        Assert.IsTrue(reports.All(report => report.TotalSteps == 16));
        Assert.IsTrue(reports.All(report => report.Epoch == (report.Step <= 8 ? 1 : 2)));
        Assert.AreEqual(0.03, reports[0].LearningRate, 1e-12);
        Assert.AreEqual(0.03 / 16, reports[^1].LearningRate, 1e-12);
        Assert.IsTrue(reports.All(report => report.GradientNorm > 0 && report.Accuracy is >= 0 and <= 1 && report.TokensPerSecond > 0));
        CollectionAssert.AreEqual(new long[] { 8, 16 }, reports.Where(report => report.Validation is not null).Select(report => report.Step).ToArray());
        CollectionAssert.AreEqual(reports.Select(report => report.Loss).ToArray(), summary.Losses.ToArray());
        CollectionAssert.AreEqual(reports, summary.History.ToList());
        Assert.AreEqual(summary.Time.Backward, reports.Aggregate(TimeSpan.Zero, (sum, report) => sum + report.Time.Backward));
    }

    [TestMethod]
    public void The_summary_accounts_for_the_run()
    {
        using var model = new TiedModel();
        using var optimizer = AdamW(model);
        var options = Short with { MaxSteps = 5 };

        var summary = new TrainingLoop(model, optimizer, options).Run(Samples.Data(60));

        Assert.AreEqual(StopReason.Completed, summary.StopReason);
        Assert.AreEqual(5, summary.Steps);
        Assert.AreEqual(1.0, summary.ActiveShare);
        Assert.AreEqual(model.parameters().Sum(parameter => parameter.numel()), summary.Weights);
        Assert.AreSame(options, summary.Options);
        Assert.IsNull(summary.BestStep);
        Assert.IsTrue(summary.Time.Data + summary.Time.Forward + summary.Time.Backward + summary.Time.Optimizer <= summary.Time.Total);
    }

    [TestMethod]
    public void Cancellation_ends_training_within_one_step()
    {
        using var model = new TiedModel();
        using var optimizer = AdamW(model);
        using var cancellation = new CancellationTokenSource();
        var reports = new Reports { OnReport = report => { if (report.Step == 3) cancellation.Cancel(); } };

        var summary = new TrainingLoop(model, optimizer, Short).Run(Samples.Data(60), progress: reports, cancellationToken: cancellation.Token);

        Assert.AreEqual(StopReason.Canceled, summary.StopReason);
        Assert.AreEqual(3, summary.Steps);
    }

    [TestMethod]
    public void Cancellation_keeps_the_best_weights_so_far()
    {
        using var model = new TiedModel();
        using var optimizer = AdamW(model, learningRate: 1);
        using var cancellation = new CancellationTokenSource();
        var validation = Samples.Data(20, seed: 6);
        var reports = new Reports { OnReport = report => { if (report.Step == 6) cancellation.Cancel(); } };

        var options = Short with { EvaluationInterval = 1, SelectBy = ModelSelection.Loss };
        var summary = new TrainingLoop(model, optimizer, options).Run(Samples.Data(60), validation, reports, cancellation.Token);

        var best = summary.Evaluations.MinBy(evaluation => evaluation.Result.Loss);
        Assert.AreEqual(StopReason.Canceled, summary.StopReason);
        Assert.AreEqual(best.Step, summary.BestStep);
        Assert.IsTrue(best.Step < 6);
        Assert.AreEqual(best.Result, new Evaluator(model).Evaluate(validation, options.BatchSize));
    }

    [TestMethod]
    public void The_model_ends_with_the_weights_of_its_best_evaluation()
    {
        using var model = new TiedModel();
        using var optimizer = AdamW(model, learningRate: 0.5);
        var validation = Samples.Data(40, seed: 6);

        var options = Short with { EvaluationInterval = 1, WarmupFraction = 0, Schedule = LearningRateSchedule.Constant };
        var summary = new TrainingLoop(model, optimizer, options).Run(Samples.Data(60), validation);

        var best = summary.Evaluations.Single(evaluation => evaluation.Step == summary.BestStep).Result;
        Assert.AreNotEqual(summary.Steps, summary.BestStep);
        Assert.AreEqual(best, new Evaluator(model).Evaluate(validation, options.BatchSize));
    }

    [TestMethod]
    public void Training_goes_on_from_the_best_weights_where_the_optimizer_has_copies_of_them()
    {
        using var model = new TiedModel(dtype: ScalarType.BFloat16);
        using var optimizer = AdamW(model, learningRate: 0.5);
        var options = Short with { EvaluationInterval = 1, WarmupFraction = 0, Schedule = LearningRateSchedule.Constant };
        var summary = new TrainingLoop(model, optimizer, options).Run(Samples.Data(60), Samples.Data(40, seed: 6));
        Assert.AreNotEqual(summary.Steps, summary.BestStep);
        var best = WeightsOf(model);

        optimizer.ParamGroups.Single().LearningRate = 0;
        new TrainingLoop(model, optimizer, options).Run(Samples.Data(8));

        CollectionAssert.AreEqual(best, WeightsOf(model));
    }

    [TestMethod]
    public void Training_stops_when_patience_is_at_its_end()
    {
        using var model = new TiedModel();
        using var optimizer = AdamW(model, learningRate: 0.5);

        var options = Short with { Epochs = 50, EvaluationInterval = 1, Patience = 3, WarmupFraction = 0 };
        var summary = new TrainingLoop(model, optimizer, options).Run(Samples.Data(60), Samples.Data(40, seed: 6));

        Assert.AreEqual(StopReason.EarlyStopped, summary.StopReason);
        Assert.AreEqual(summary.BestStep + 3, summary.Steps);
    }

    [TestMethod]
    public void A_loss_that_is_not_finite_leaves_the_weights_as_they_were()
    {
        using var model = new TiedModel();
        using var optimizer = AdamW(model);
        var before = Array.Empty<byte>();
        var step = 0;
        var loop = new TrainingLoop(model, optimizer, Short, (output, batch) =>
        {
            before = WeightsOf(model);
            return ++step < 4 ? CrossEntropy.Loss(output, batch) : CrossEntropy.Loss(output, batch) / 0;
        });

        var exception = Assert.ThrowsException<TrainingDivergedException>(() => loop.Run(Samples.Data(60)));

        Assert.AreEqual(4, exception.Step);
        StringAssert.Contains(exception.Message, "step 4");
        StringAssert.Contains(exception.Message, "lower learning rate");
        CollectionAssert.AreEqual(before, WeightsOf(model));
    }

    [TestMethod]
    public void A_gradient_that_is_not_finite_leaves_the_weights_as_they_were()
    {
        using var model = new TiedModel();
        using var optimizer = AdamW(model);
        var before = WeightsOf(model);

        // The root of 0 is finite, its derivative is not.
        var loop = new TrainingLoop(model, optimizer, Short, (output, _) => (output - output.detach()).sum().sqrt());

        Assert.ThrowsException<TrainingDivergedException>(() => loop.Run(Samples.Data(60)));
        CollectionAssert.AreEqual(before, WeightsOf(model));
    }

    [TestMethod]
    public void A_run_leaves_learning_rate_random_numbers_and_mode_as_it_should()
    {
        using var model = new TiedModel(dropout: 0.2);
        using var optimizer = AdamW(model);
        manual_seed(8);
        using var expected = rand(4);

        manual_seed(8);
        new TrainingLoop(model, optimizer, Short).Run(Samples.Data(60));

        using var next = rand(4);
        CollectionAssert.AreEqual(expected.data<float>().ToArray(), next.data<float>().ToArray());
        Assert.AreEqual(0.03, optimizer.ParamGroups.Single().LearningRate);
        Assert.IsFalse(model.training);
    }

    [TestMethod]
    public void A_run_of_a_thousand_steps_keeps_no_tensors()
    {
        using var model = new TiedModel(dropout: 0.1);
        using var optimizer = AdamW(model);
        var counts = new List<long>();
        var reports = new Reports { OnReport = _ => counts.Add(Tensor.TotalCount) };

        new TrainingLoop(model, optimizer, Short with { Epochs = 1000, MaxSteps = 1000 }).Run(Samples.Data(64), progress: reports);

        // Of a step's batch the count is the same in all steps.
        Assert.AreEqual(counts[1], counts[^1]);
        Assert.AreEqual(counts[1], counts.Max());
    }

    private static AdamWOptimizer AdamW(TiedModel model, double learningRate = 0.03) =>
        new(model.named_parameters(), new AdamWOptimizerOptions { LearningRate = learningRate });

    private static byte[] WeightsOf(TiedModel model) => [.. model.parameters().SelectMany(parameter => parameter.bytes.ToArray())];

    private sealed class Reports : List<TrainingProgress>, IProgress<TrainingProgress>
    {
        public Action<TrainingProgress>? OnReport { get; init; }

        public void Report(TrainingProgress value)
        {
            Add(value);
            OnReport?.Invoke(value);
        }
    }
}
