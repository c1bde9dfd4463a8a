using Microsoft.ML.BlockLlm.Optimizers;

namespace Microsoft.ML.BlockLlm.Training.Tests;

/// <summary>What stands in the folder of the checkpoints, and what is refused there.</summary>
[TestClass]
public sealed class CheckpointFolderTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();
    private readonly List<CheckpointReport> _reports = [];

    private CheckpointOptions Every => new() { Directory = _folder.Path, EveryUpdates = 3, Progress = new CheckpointReports(_reports) };

    public void Dispose() => _folder.Dispose();

    [TestMethod]
    public void The_last_checkpoints_are_kept()
    {
        Saving(Every with { Keep = 3 }).Train();
        CollectionAssert.AreEqual(new[] { "step-00000012", "step-00000015", "step-00000016" }, _folder.Checkpoints);
    }

    [TestMethod]
    public void The_best_checkpoint_is_kept_besides_the_last()
    {
        var run = Saving(Every with { Keep = 1 });
        var options = run.Options with { EvaluationInterval = 2, WarmupFraction = 0, Schedule = LearningRateSchedule.Constant };
        var best = (run with { Options = options, Optimizer = new AdamWOptimizerOptions { LearningRate = 0.5 }, Validation = Samples.Data(20, seed: 6) }).Train(interruptAfter: 15).Summary.BestStep;

        CollectionAssert.AreEqual(new[] { $"best-{best:D8}", "step-00000015" }, _folder.Checkpoints);
    }

    [TestMethod]
    public void The_best_checkpoint_is_kept_also_where_training_was_cancelled_before_that_evaluation()
    {
        var validation = Samples.Data(20, seed: 6);
        var run = Saving(Every with { EveryUpdates = null }) with { Validation = validation };
        run = run with { Options = run.Options with { EvaluationInterval = 3 } };
        using var cancellation = new CancellationTokenSource();
        using (var model = run.NewModel())
            (run with { Validation = new CancellingData(validation, cancellation) }).Train(model, _ => { }, cancellation.Token);
        CollectionAssert.AreEqual(new[] { "step-00000003" }, _folder.Checkpoints);

        run.Train(interruptAfter: 4);

        CollectionAssert.AreEqual(new[] { "best-00000003", "step-00000003", "step-00000004" }, _folder.Checkpoints);
    }

    [TestMethod]
    public void An_update_whose_evaluation_was_cancelled_is_reported_and_with_the_evaluation_when_the_run_goes_on()
    {
        var validation = Samples.Data(20, seed: 6);
        var run = Saving(Every with { EveryUpdates = null }) with { Validation = validation };
        run = run with { Options = run.Options with { EvaluationInterval = 3, MaxSteps = 5 } };
        var reported = new List<(long Step, bool IsEvaluated)>();
        using var cancellation = new CancellationTokenSource();
        using (var model = run.NewModel())
            (run with { Validation = new CancellingData(validation, cancellation) }).Train(model, Note, cancellation.Token);
        CollectionAssert.AreEqual(new[] { (1L, false), (2L, false), (3L, false) }, reported);

        reported.Clear();
        using (var model = run.NewModel())
            run.Train(model, Note);

        CollectionAssert.AreEqual(new[] { (3L, true), (4L, false), (5L, true) }, reported);

        void Note(TrainingProgress progress) => reported.Add((progress.Step, progress.Validation is not null));
    }

    [TestMethod]
    public void An_evaluation_whose_loss_is_not_finite_leaves_no_best_checkpoint()
    {
        var run = Saving(Every with { EveryUpdates = null }) with
        {
            Validation = Samples.Data(20, seed: 6), Loss = (output, batch) => TorchSharp.torch.is_grad_enabled() ? CrossEntropy.Loss(output, batch) : TorchSharp.torch.tensor(float.NaN),
        };
        run = run with { Options = run.Options with { EvaluationInterval = 3 } };

        var summary = run.Train(interruptAfter: 4).Summary;

        Assert.IsTrue(double.IsNaN(summary.Evaluations.Single().Result.Loss));
        Assert.IsNull(summary.BestStep);
        CollectionAssert.AreEqual(new[] { "step-00000004" }, _folder.Checkpoints);
    }

    [TestMethod]
    public void A_checkpoint_that_is_the_best_and_among_the_last_is_written_once()
    {
        var run = Saving(Every with { Keep = 2 }) with { Validation = Samples.Data(20, seed: 6) };
        run = run with { Options = run.Options with { EvaluationInterval = 3 } };

        run.Train(interruptAfter: 6);

        CollectionAssert.AreEqual(new[] { "best-00000003", "best-00000006" }, _folder.Checkpoints);
        Assert.AreEqual(2, _reports.Count(report => report.Event == CheckpointEvent.Saved));
        var whole = run with { Options = run.Options with { Checkpoints = null } };
        Outcome.AssertSame(whole.Train(), run.Train());
        Assert.AreEqual(6, _reports.Single(report => report.Event == CheckpointEvent.Resumed).Step);
    }

    [TestMethod]
    public void A_resumed_run_keeps_as_many_of_the_last_also_where_they_are_named_after_evaluations()
    {
        var run = Saving(Every with { Keep = 3 }) with { Validation = Samples.Data(20, seed: 6) };
        run = run with { Options = run.Options with { EvaluationInterval = 3 } };
        run.Train(interruptAfter: 6);

        run.Train(interruptAfter: 7);

        CollectionAssert.AreEqual(new[] { "best-00000003", "best-00000006", "step-00000007" }, _folder.Checkpoints);
    }

    [TestMethod]
    public void A_run_that_begins_anew_takes_the_place_of_older_checkpoints()
    {
        Saving(Every).Train();
        var run = Saving(Every with { Resume = false, EveryUpdates = 4 });

        Assert.ThrowsExactly<TimeoutException>(() => run.Train(crashAfter: 5));

        CollectionAssert.AreEqual(new[] { "step-00000004" }, _folder.Checkpoints);
    }

    [TestMethod]
    [DataRow("weights.safetensors")]
    [DataRow("best.safetensors")]
    [DataRow("optimizer.state")]
    [DataRow("history-00000001.jsonl")]
    [DataRow("checkpoint.json")]
    public void A_damaged_checkpoint_is_refused_by_name_and_the_one_before_it_taken(string file)
    {
        var run = Saving(Every);
        run.Train(interruptAfter: 7);
        var path = Path.Combine(_folder["step-00000007"], file);
        var bytes = File.ReadAllBytes(path);
        bytes[bytes.Length / 2] ^= 1;
        File.WriteAllBytes(path, bytes);
        _reports.Clear();

        Outcome.AssertSame(new Run().Train(), run.Train());

        StringAssert.Contains(_reports[0].Message, "step-00000007");
        StringAssert.Contains(_reports[0].Message, file);
        Assert.AreEqual(CheckpointEvent.Refused, _reports[0].Event);
        Assert.AreEqual((CheckpointEvent.Resumed, 6L), (_reports[1].Event, _reports[1].Step));
    }

    [TestMethod]
    [DataRow("weights.safetensors")]
    [DataRow("checkpoint.json")]
    public void A_checkpoint_that_is_cut_off_or_lacks_a_file_is_refused(string file)
    {
        var run = Saving(Every);
        run.Train(interruptAfter: 7);
        using (var cut = new FileStream(Path.Combine(_folder["step-00000007"], file), FileMode.Open))
            cut.SetLength(cut.Length - 1);
        File.Delete(Path.Combine(_folder["step-00000006"], file));

        var error = Assert.ThrowsExactly<CheckpointException>(() => run.Train());

        Assert.AreEqual(2, _reports.Count(report => report.Event == CheckpointEvent.Refused));
        StringAssert.Contains(error.Message, "none of its 2 checkpoints can be read. Delete them, or set Resume to false");
    }

    [TestMethod]
    public void A_manifest_that_holds_null_is_refused()
    {
        var run = Saving(Every);
        run.Train(interruptAfter: 7);
        File.WriteAllText(Path.Combine(_folder["step-00000007"], "checkpoint.json"), "null");

        Outcome.AssertSame(new Run().Train(), run.Train());

        Assert.IsTrue(_reports.Any(report => report.Event == CheckpointEvent.Resumed && report.Step == 6));
    }

    [TestMethod]
    public void A_manifest_that_names_a_file_by_null_is_refused()
    {
        Saving(Every).Train(interruptAfter: 1);
        var manifest = File.ReadAllText(Path.Combine(_folder["step-00000001"], "checkpoint.json")).Replace("\"Files\": [", "\"Files\": [ null,", StringComparison.Ordinal);

        var error = Assert.ThrowsExactly<InvalidDataException>(() => CheckpointManifest.Parse(_folder.Path, System.Text.Encoding.UTF8.GetBytes(manifest)));

        StringAssert.Contains(error.Message, "one of the files that its checkpoint.json names is null");
    }

    [TestMethod]
    public void A_checkpoint_of_a_newer_format_ends_training_and_stays()
    {
        var run = Saving(Every);
        run.Train(interruptAfter: 7);
        var manifest = Path.Combine(_folder["step-00000007"], "checkpoint.json");
        File.WriteAllText(manifest, File.ReadAllText(manifest).Replace("\"Format\": 3,", "\"Format\": 4,", StringComparison.Ordinal));

        StringAssert.Contains(ErrorOf(run), "its checkpoint.json has format 4, and this version reads formats up to 3");

        CollectionAssert.AreEqual(new[] { "step-00000006", "step-00000007" }, _folder.Checkpoints);
    }

    [TestMethod]
    [DataRow("weights.safetensors")]
    [DataRow("checkpoint.json")]
    public void A_file_that_cannot_be_read_just_now_is_not_taken_for_a_damaged_one(string file)
    {
        var run = Saving(Every);
        run.Train(interruptAfter: 7);

        using (new FileStream(Path.Combine(_folder["step-00000007"], file), FileMode.Open, FileAccess.ReadWrite, FileShare.None))
            StringAssert.Contains(ErrorOf(run), "cannot be loaded, and is not known to be damaged");

        Outcome.AssertSame(new Run().Train(), run.Train());
        Assert.AreEqual(7, _reports.Single(report => report.Event == CheckpointEvent.Resumed).Step);
    }

    [TestMethod]
    public void A_checkpoint_that_was_to_be_replaced_when_training_broke_off_is_there_again()
    {
        var run = Saving(Every);
        run.Train(interruptAfter: 3);
        CheckpointFolder.AtWritePoint = point =>
        {
            if (point == "place free")
                throw new TimeoutException();
        };
        try
        {
            Assert.ThrowsExactly<TimeoutException>(() => Saving(Every with { Resume = false }).Train());
        }
        finally
        {
            CheckpointFolder.AtWritePoint = _ => { };
        }

        Outcome.AssertSame(new Run().Train(), run.Train());

        Assert.AreEqual(3, _reports.Single(report => report.Event == CheckpointEvent.Resumed).Step);
        CollectionAssert.AreEqual(new[] { "step-00000015", "step-00000016" }, _folder.Checkpoints);
    }

    [TestMethod]
    public void What_an_interruption_left_unfinished_is_cleaned_away()
    {
        var unfinished = $"step-00000009.{Guid.NewGuid():N}.tmp";
        Directory.CreateDirectory(_folder[unfinished]);
        File.WriteAllText(Path.Combine(_folder[unfinished], "weights.safetensors"), "half");

        Saving(Every).Train();

        CollectionAssert.AreEqual(new[] { "step-00000015", "step-00000016" }, _folder.Checkpoints);
    }

    [TestMethod]
    public void Folders_that_are_no_checkpoints_stay_whatever_they_are_called()
    {
        string[] others = ["best-00000002", "best-1", "notes.old", "notes.tmp", "step-00000003", "step-00000009.0123.tmp", "step-1.old"];
        foreach (var other in others)
        {
            Directory.CreateDirectory(_folder[other]);
            File.WriteAllText(Path.Combine(_folder[other], "notes.txt"), other);
        }

        Saving(Every with { Resume = false }).Train();

        var notes = Directory.GetFiles(_folder.Path, "notes.txt", SearchOption.AllDirectories).Select(File.ReadAllText).Order(StringComparer.Ordinal).ToArray();
        CollectionAssert.AreEqual(others, notes);
        CollectionAssert.IsSubsetOf(new[] { "best-1", "notes.tmp", "step-00000015", "step-00000016" }, _folder.Checkpoints);
    }

    [TestMethod]
    public void A_checkpoint_whose_successor_cannot_take_its_place_has_it_still()
    {
        Saving(Every).Train(interruptAfter: 3);
        CheckpointFolder.AtWritePoint = point =>
        {
            if (point == "place free")
                Directory.Delete(Directory.GetDirectories(_folder.Path, "*.tmp").Single(), recursive: true);
        };
        try
        {
            StringAssert.Contains(ErrorOf(Saving(Every with { Resume = false })), "the checkpoints before it are as they were");
        }
        finally
        {
            CheckpointFolder.AtWritePoint = _ => { };
        }

        CollectionAssert.AreEqual(new[] { "step-00000003" }, _folder.Checkpoints);
        Assert.AreEqual(3, TrainingCheckpoint.Latest(_folder.Path)!.Step);
    }

    [TestMethod]
    public void A_checkpoint_of_other_options_is_refused_with_what_differs()
    {
        var run = Saving(Every);
        run.Train(interruptAfter: 3);

        StringAssert.Contains(ErrorOf(run with { Options = run.Options with { BatchSize = 16 } }), "training option BatchSize: 8 there, 16 here");
        StringAssert.Contains(ErrorOf(run with { Optimizer = run.Optimizer with { LearningRate = 0.5 } }), "optimizer option LearningRate: 0.03 there, 0.5 here");
        StringAssert.Contains(ErrorOf(run with { Optimizer = new AdamWOptimizerOptions() }), "optimizer: BlockLlmOptimizer there, AdamWOptimizer here");
        StringAssert.Contains(ErrorOf(run with { Validation = Samples.Data(7) }), "number of validation examples: none there, 7 here");
        StringAssert.Contains(ErrorOf(run with { Optimizer = run.Optimizer with { Frozen = ["first.*"] } }), "optimizer option Frozen: [] there, [first.*] here");
    }

    [TestMethod]
    public void Validation_data_of_unknown_length_is_not_taken_for_none()
    {
        var run = Saving(Every);
        run.Train(interruptAfter: 3);
        var stream = new StreamingData<Example>(() => Samples.Examples(20), batch => Samples.Batch(batch));

        StringAssert.Contains(ErrorOf(run with { Validation = stream }), "number of validation examples: none there, unknown here");
    }

    [TestMethod]
    public void A_checkpoint_of_data_that_differs_in_its_mask_alone_is_refused()
    {
        var run = Saving(Every);
        run.Train(interruptAfter: 3);

        StringAssert.Contains(ErrorOf(run with { Data = () => new ExampleData<Example>(Samples.Examples(60), Masked, example => example.TokenIds.Length) }), "the data is not that of the checkpoint");

        static TrainingBatch Masked(IReadOnlyList<Example> examples)
        {
            var batch = Samples.Batch(examples);
            using var first = batch.Tokens.InputIds;
            return new TrainingBatch(new Models.TokenBatch(first.clone(), TorchSharp.torch.ones_like(first, TorchSharp.torch.@bool)), batch.Targets);
        }
    }

    [TestMethod]
    public void A_checkpoint_of_a_model_with_other_frozen_weights_is_refused()
    {
        var run = Saving(Every) with { Optimizer = new AdamWOptimizerOptions { Frozen = ["first.*"] } };
        run.Train(interruptAfter: 3);

        StringAssert.Contains(ErrorOf(run with { ModelSeed = 2 }), "weights that are not trained");
    }

    [TestMethod]
    public void Trained_weights_come_from_the_checkpoint_whatever_the_model_began_with()
    {
        var run = Saving(Every);
        run.Train(interruptAfter: 3);

        Outcome.AssertSame(new Run().Train(), (run with { ModelSeed = 2 }).Train());
    }

    [TestMethod]
    public void A_checkpoint_of_other_data_is_refused()
    {
        var run = Saving(Every);
        run.Train(interruptAfter: 3);

        StringAssert.Contains(ErrorOf(run with { Data = () => Samples.Data(60, seed: 8) }), "the data is not that of the checkpoint: it differs within the first 3 updates of epoch 1");
    }

    [TestMethod]
    [DataRow(8L, 1, DisplayName = "at the end of a pass")]
    [DataRow(16L, 2, DisplayName = "at the end")]
    public void A_checkpoint_of_other_data_is_refused_also(long step, int epoch)
    {
        var run = Saving(new CheckpointOptions { Directory = _folder.Path });
        run.Train(interruptAfter: step);

        StringAssert.Contains(ErrorOf(run with { Data = () => Samples.Data(60, seed: 8) }), $"the data is not that of the checkpoint: it differs within the first 8 updates of epoch {epoch}");
    }

    [TestMethod]
    public void What_changes_no_bit_may_change()
    {
        var run = Saving(Every);
        run.Train(interruptAfter: 3);

        var resumed = run with { Options = run.Options with { Recompute = Recompute.All, OnNonFinite = NonFinitePolicy.Skip, Checkpoints = Every with { EveryUpdates = null } } };

        Outcome.AssertSame(new Run().Train(), resumed.Train());
    }

    [TestMethod]
    public void A_folder_that_another_training_uses_is_refused()
    {
        using var other = new CheckpointFolder(_folder.Path);
        StringAssert.Contains(ErrorOf(Saving(Every)), "another training that is running writes its own there");
    }

    [TestMethod]
    public void A_folder_that_cannot_be_made_is_refused_before_anything_is_computed()
    {
        File.WriteAllText(_folder["file"], "");
        StringAssert.Contains(ErrorOf(Saving(Every with { Directory = _folder["file/below"] })), "checkpoints cannot be written there");
    }

    [TestMethod]
    public void Weights_that_are_not_trained_are_saved_if_wanted()
    {
        var run = Saving(Every with { AllWeights = true }) with { Optimizer = new AdamWOptimizerOptions { Frozen = ["first.*"] } };
        run.Train(interruptAfter: 3);
        var all = Models.SafetensorsFile.Open(Path.Combine(_folder["step-00000003"], "weights.safetensors"));
        Assert.IsTrue(all.Tensors.Any(tensor => tensor.Name == "first.weight"));
    }

    [TestMethod]
    public void A_run_leaves_no_tensor_behind()
    {
        var run = Saving(Every) with { Validation = Samples.Data(20, seed: 6) };
        var before = LiveTensors.CountBeforeTest();
        run.Train(interruptAfter: 9);
        run.Train();
        Assert.AreEqual(before, TorchSharp.torch.Tensor.TotalCount);
    }

    [TestMethod]
    public void The_last_checkpoint_is_found_with_its_seed()
    {
        Assert.IsNull(TrainingCheckpoint.Latest(_folder["missing"]));
        Saving(Every).Train(interruptAfter: 4);
        Assert.AreEqual(new TrainingCheckpoint(_folder["step-00000004"], 4, Seed: 1), TrainingCheckpoint.Latest(_folder.Path));
    }

    [TestMethod]
    public void An_absurd_option_is_refused_where_it_is_set()
    {
        Assert.ThrowsExactly<ArgumentException>(() => Use(Every with { Directory = " " }));
        Assert.ThrowsExactly<ArgumentOutOfRangeException>(() => Use(Every with { Keep = 0 }));
        Assert.ThrowsExactly<ArgumentOutOfRangeException>(() => Use(Every with { EveryUpdates = 0 }));

        static void Use(CheckpointOptions options) => Assert.IsNotNull(options);
    }

    private static Run Saving(CheckpointOptions checkpoints)
    {
        var run = new Run();
        return run with { Options = run.Options with { Checkpoints = checkpoints } };
    }

    private static string ErrorOf(Run run) => Assert.ThrowsExactly<CheckpointException>(() => run.Train()).Message;

    /// <summary>Validation data that cancels the training when it is to be read.</summary>
    private sealed class CancellingData(ITrainingData data, CancellationTokenSource cancellation) : ITrainingData
    {
        public long? Count => data.Count;

        public IEnumerable<TrainingBatch> ReadShuffled(int batchSize, int seed) => data.ReadShuffled(batchSize, seed);

        public IEnumerable<TrainingBatch> ReadAll(int batchSize)
        {
            cancellation.Cancel();
            return data.ReadAll(batchSize);
        }
    }
}
