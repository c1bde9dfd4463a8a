using Microsoft.ML.BlockLlm.Training;

namespace Microsoft.ML.BlockLlm.Tests;

/// <summary>A fit that was interrupted goes on when the same folder is given again, and ends with the model of one that was not.</summary>
[TestClass]
public sealed class CheckpointTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("blockllm-").FullName;
    private readonly List<string> _log = [];

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [TestMethod]
    public void A_classifier_goes_on()
    {
        var options = Pipelines.Options with { Epochs = 3, Optimizer = new() { Reselection = new Optimizers.ReselectionRule.FixedPeriod(3) } };
        var whole = Scores(options);

        var interrupted = Scores(Interrupted(options, out var cancellation), cancellation);
        var resumed = Scores(options with { Checkpoints = new CheckpointOptions { Directory = _folder } });

        CollectionAssert.AreNotEqual(whole, interrupted);
        CollectionAssert.AreEqual(whole, resumed);
        Assert.IsTrue(_log.Any(line => line.Contains("Saved checkpoint", StringComparison.Ordinal)));
        Assert.IsTrue(_log.Any(line => line.Contains("Training goes on from checkpoint", StringComparison.Ordinal)));

        float[] Scores(BlockLlmTextClassificationOptions options, CancellationTokenSource? cancellation = null)
        {
            using var _ = cancellation;
            var ml = NewContext(seed: 1);
            var data = Pipelines.Keyed(ml);
            using var model = Pipelines.Trainer(ml, options).Fit(data);
            return [.. Pipelines.Scores(model, data).SelectMany(row => row)];
        }

        BlockLlmTextClassificationOptions Interrupted(BlockLlmTextClassificationOptions options, out CancellationTokenSource cancellation)
        {
            cancellation = new CancellationTokenSource();
            return options with { Checkpoints = new CheckpointOptions { Directory = _folder }, Progress = new CancelAfter(5, cancellation), CancellationToken = cancellation.Token };
        }
    }

    [TestMethod]
    public void A_language_model_with_new_weights_and_without_a_seed_goes_on()
    {
        var options = new BlockLlmLanguageModelOptions
        {
            NewModel = TinyLanguageModel.Shape, MaxSteps = 8, BatchSize = 4, ShuffleBufferSize = 8, Packing = false, Checkpoints = new CheckpointOptions { Directory = _folder, EveryUpdates = 2 },
        };
        using var cancellation = new CancellationTokenSource();

        using var interrupted = Fit(options with { Progress = new CancelAfter(3, cancellation), CancellationToken = cancellation.Token });
        using var resumed = Fit(options);

        Assert.AreEqual((3L, 8L), (interrupted.TrainingSummary.Steps, resumed.TrainingSummary.Steps));
        var seed = resumed.TrainingSummary.Options.Seed;
        Assert.AreEqual(interrupted.TrainingSummary.Options.Seed, seed);
        using var whole = Fit(options with { Checkpoints = null, Seed = seed });
        CollectionAssert.AreEqual(whole.TrainingSummary.Losses.ToArray(), resumed.TrainingSummary.Losses.ToArray());

        BlockLlmLanguageModelTransformer Fit(BlockLlmLanguageModelOptions options)
        {
            var ml = NewContext(seed: null);
            return LanguageModels.Trainer(ml, options).Fit(LanguageModels.Verses(ml));
        }
    }

    [TestMethod]
    public void The_folder_is_a_named_argument()
    {
        var ml = NewContext(seed: 1);
        var data = Pipelines.Keyed(ml);
        using var first = ml.TextClassification.Trainers.BlockLlm(TinyModel.Open(), epochs: 1, checkpointDirectory: _folder).Fit(data);
        using var again = ml.TextClassification.Trainers.BlockLlm(TinyModel.Open(), epochs: 1, checkpointDirectory: _folder).Fit(data);
        CollectionAssert.AreEqual(first.TrainingSummary.Losses.ToArray(), again.TrainingSummary.Losses.ToArray());
        Assert.AreEqual(first.TrainingSummary.Steps, TrainingCheckpoint.Latest(_folder)!.Step);
    }

    [TestMethod]
    public void A_classifier_trained_with_checkpoints_is_saved_without_their_folder_and_loaded()
    {
        var ml = NewContext(seed: 1);
        var data = Pipelines.Keyed(ml);
        using var model = Pipelines.Trainer(ml, Pipelines.Options with { Epochs = 1, Checkpoints = new CheckpointOptions { Directory = _folder } }).Fit(data);

        using var loaded = (BlockLlmTextClassificationTransformer)SavedAndLoaded(ml, model, data);

        Assert.IsNull(loaded.TrainingSummary.Options.Checkpoints);
        CollectionAssert.AreEqual(model.TrainingSummary.Losses.ToArray(), loaded.TrainingSummary.Losses.ToArray());
    }

    [TestMethod]
    public void A_language_model_trained_with_checkpoints_is_saved_without_their_folder_and_loaded()
    {
        var ml = NewContext(seed: 1);
        var data = LanguageModels.Verses(ml);
        var options = new BlockLlmLanguageModelOptions { NewModel = TinyLanguageModel.Shape, MaxSteps = 2, BatchSize = 4, Checkpoints = new CheckpointOptions { Directory = _folder } };
        using var model = LanguageModels.Trainer(ml, options).Fit(data);

        using var loaded = (BlockLlmLanguageModelTransformer)SavedAndLoaded(ml, model, data);

        Assert.IsNull(loaded.TrainingSummary.Options.Checkpoints);
        CollectionAssert.AreEqual(model.TrainingSummary.Losses.ToArray(), loaded.TrainingSummary.Losses.ToArray());
    }

    [TestMethod]
    public void Other_data_is_refused()
    {
        var ml = NewContext(seed: 1);
        using var cancellation = new CancellationTokenSource();
        var options = Pipelines.Options with { Checkpoints = new CheckpointOptions { Directory = _folder }, Progress = new CancelAfter(2, cancellation), CancellationToken = cancellation.Token };
        Pipelines.Trainer(ml, options).Fit(Pipelines.Keyed(ml)).Dispose();

        var other = Pipelines.Keyed(ml, Message.Make(60).Select(message => new Message { Label = message.Label, Text = message.Text + " indeed" }));
        var error = Assert.ThrowsExactly<CheckpointException>(() => Pipelines.Trainer(ml, options with { CancellationToken = default }).Fit(other));

        StringAssert.Contains(error.Message, "the data is not that of the checkpoint");
    }

    private static ITransformer SavedAndLoaded(MLContext ml, ITransformer model, IDataView data)
    {
        using var file = new MemoryStream();
        ml.Model.Save(model, data.Schema, file);
        file.Position = 0;
        return ml.Model.Load(file, out _);
    }

    private MLContext NewContext(int? seed)
    {
        var ml = new MLContext(seed);
        ml.Log += (_, e) => _log.Add(e.RawMessage);
        return ml;
    }

    private sealed class CancelAfter(long step, CancellationTokenSource cancellation) : IProgress<TrainingProgress>
    {
        public void Report(TrainingProgress value)
        {
            if (value.Step == step)
                cancellation.Cancel();
        }
    }
}
