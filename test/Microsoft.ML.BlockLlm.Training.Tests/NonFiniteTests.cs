using Microsoft.ML.BlockLlm.Optimizers;

namespace Microsoft.ML.BlockLlm.Training.Tests;

/// <summary>A loss or gradient that is not finite never reaches a weight or a moment, whatever training is asked to do about it.</summary>
[TestClass]
public sealed class NonFiniteTests
{
    // A loss with a graph, as those that bad batches are made with: without one sums are of another order.
    private static readonly Run s_run = new() { Optimizer = new AdamWOptimizerOptions { LearningRate = 0.03 }, Loss = (output, batch) => CrossEntropy.Loss(output, batch) };

    [TestMethod]
    public void A_skipped_update_leaves_all_as_if_its_batches_had_not_been_there()
    {
        var (bad, clean) = (WithBadBatches(s_run, NonFinitePolicy.Skip, 3, 4), s_run.Train(interruptAfter: 2));

        var stopped = bad.Train(interruptAfter: 2);
        var outcome = WithBadBatches(s_run, NonFinitePolicy.Skip, 3, 4).Train();

        Outcome.AssertSame(clean, stopped);
        Assert.AreEqual(2, outcome.Summary.SkippedUpdates);
        Assert.AreEqual(14, outcome.Summary.Steps);
        Assert.IsTrue(outcome.Summary.Losses.All(double.IsFinite));
        CollectionAssert.AreEqual(clean.Summary.Losses.ToArray(), outcome.Summary.Losses.Take(2).ToArray());
    }

    [TestMethod]
    [DataRow(false, DisplayName = "loss")]
    [DataRow(true, DisplayName = "gradient")]
    public void Neither_weights_nor_optimizer_state_see_it(bool inGradient)
    {
        // Its last two batches of all are bad: skipping them must end with the state of a run that ends before them.
        var run = s_run with { Options = s_run.Options with { Epochs = 1, Schedule = LearningRateSchedule.Constant, WarmupFraction = 0 } };
        var blockLlm = run with { Optimizer = new Run().Optimizer };
        // Its gradients are projected while a backward pass goes on.
        var galore = run with { Method = TrainingMethod.GaLore(new() { Rank = 2, LearningRate = 0.03 }) };
        foreach (var variant in new[] { run, blockLlm, galore })
        {
            var expected = variant.Train(interruptAfter: 6);
            // Of BlockLLM updates 1 and 5 make a pass more, the probe.
            var actual = WithBadBatches(variant, NonFinitePolicy.Skip, inGradient, variant == blockLlm ? [9, 10] : [7, 8]).Train();
            Assert.AreEqual(2, actual.Summary.SkippedUpdates);
            Assert.AreEqual(expected.Weights, actual.Weights);
            Assert.AreEqual(expected.OptimizerState, actual.OptimizerState);
        }
    }

    [TestMethod]
    public void A_probe_that_meets_it_is_repeated_with_the_next_batch()
    {
        var outcome = WithBadBatches(s_run with { Optimizer = new Run().Optimizer }, NonFinitePolicy.Skip, 1).Train();
        Assert.AreEqual((1, 15), (outcome.Summary.SkippedUpdates, outcome.Summary.Steps));
    }

    [TestMethod]
    public void Gradients_of_the_batches_before_it_in_an_update_are_forgotten()
    {
        var run = s_run with { Options = s_run.Options with { GradientAccumulation = 2, Epochs = 1 } };
        var outcome = WithBadBatches(run, NonFinitePolicy.Skip, 8).Train();
        Assert.AreEqual(run.Train(interruptAfter: 3).OptimizerState, outcome.OptimizerState);
    }

    [TestMethod]
    public void The_tenth_in_a_row_ends_training()
    {
        var run = WithBadBatches(s_run, NonFinitePolicy.Skip, [.. Enumerable.Range(3, 10)]);
        Assert.AreEqual(3, Assert.ThrowsExactly<TrainingDivergedException>(() => run.Train()).Step);
    }

    [TestMethod]
    public void The_tenth_in_a_row_ends_training_also_where_it_was_interrupted_between_them()
    {
        using var folder = new TemporaryFolder();
        using var cancellation = new CancellationTokenSource();
        var run = s_run with { Options = s_run.Options with { Checkpoints = new CheckpointOptions { Directory = folder.Path } } };
        var bad = WithBadBatches(run, NonFinitePolicy.Skip, [.. Enumerable.Range(3, 5)]);
        var passes = 0;
        var interrupted = bad with
        {
            Loss = (output, batch) =>
            {
                if (++passes == 7)
                    cancellation.Cancel();
                return bad.Loss!(output, batch);
            },
        };
        using (var model = run.NewModel())
            Assert.AreEqual(5, interrupted.Train(model, _ => { }, cancellation.Token).Summary.SkippedUpdates);

        Assert.AreEqual(3, Assert.ThrowsExactly<TrainingDivergedException>(() => WithBadBatches(run, NonFinitePolicy.Skip, [.. Enumerable.Range(1, 5)]).Train()).Step);
    }

    [TestMethod]
    public void Training_goes_back_to_its_last_checkpoint_and_on_with_other_batches()
    {
        using var folder = new TemporaryFolder();
        var reports = new List<CheckpointReport>();
        var run = s_run with { Options = s_run.Options with { Checkpoints = new CheckpointOptions { Directory = folder.Path, EveryUpdates = 4, Progress = new CheckpointReports(reports) } } };

        var outcome = WithBadBatches(run, NonFinitePolicy.RollBack, 7).Train();

        // Passes 5 and 6 are undone, pass 7 skipped: of 16 passes 13 count.
        Assert.AreEqual((13, 1), (outcome.Summary.Steps, outcome.Summary.SkippedUpdates));
        Assert.AreEqual(4, reports.Single(report => report.Event == CheckpointEvent.RolledBack).Step);
        CollectionAssert.AreEqual(s_run.Train(interruptAfter: 4).Summary.Losses.ToArray(), outcome.Summary.Losses.Take(4).ToArray());
    }

    [TestMethod]
    public void Training_that_diverges_before_its_first_checkpoint_goes_back_to_its_beginning()
    {
        using var folder = new TemporaryFolder();
        var run = s_run with { Options = s_run.Options with { Checkpoints = new CheckpointOptions { Directory = folder.Path } } };
        Assert.AreEqual(13, WithBadBatches(run, NonFinitePolicy.RollBack, 3).Train().Summary.Steps);
    }

    [TestMethod]
    public void Going_back_without_checkpoints_is_refused() =>
        StringAssert.Contains(Assert.ThrowsExactly<ArgumentException>(() => WithBadBatches(s_run, NonFinitePolicy.RollBack).Train()).Message, "Set Checkpoints");

    private static Run WithBadBatches(Run run, NonFinitePolicy policy, params int[] passes) => WithBadBatches(run, policy, inGradient: false, passes);

    /// <summary>Makes the loss, or only its gradient, of some forward passes not finite; they count from 1.</summary>
    private static Run WithBadBatches(Run run, NonFinitePolicy policy, bool inGradient, int[] passes)
    {
        var pass = 0;
        return run with
        {
            Options = run.Options with { OnNonFinite = policy },
            Loss = (output, batch) => !passes.Contains(++pass) ? CrossEntropy.Loss(output, batch)
                // The root of 0 is finite, its derivative is not.
                : inGradient ? (output - output.detach()).sum().sqrt() : CrossEntropy.Loss(output, batch) / 0,
        };
    }
}
