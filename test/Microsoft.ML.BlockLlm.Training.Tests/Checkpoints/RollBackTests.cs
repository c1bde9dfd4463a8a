namespace Microsoft.ML.BlockLlm.Training.Tests;

/// <summary>A run that goes back past a checkpoint which was damaged after it had been written.</summary>
[TestClass]
public sealed class RollBackTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();
    private bool _wentBack;

    public void Dispose() => _folder.Dispose();

    [TestMethod]
    public void What_is_damaged_does_not_take_the_place_of_a_checkpoint_that_is_whole()
    {
        var run = new Run();
        Train(run with { Options = run.Options with { Epochs = 3 } }, diverges: 16);

        // A pass has 8 updates; the first of the third is skipped, and those of the second are undone.
        CollectionAssert.AreEqual(new[] { "step-00000008", "step-00000015" }, _folder.Checkpoints);
        RequireWhole();
    }

    [TestMethod]
    public void What_is_damaged_is_not_taken_for_a_checkpoint_of_the_update_when_that_is_made_again()
    {
        var run = new Run();
        // After the roll-back every class is wrong: the eighth update, made again, is not the best one again.
        Train(run with
        {
            Options = run.Options with { EvaluationInterval = 4 }, Validation = new ChangingData(() => _wentBack ? Wrong(Samples.Examples(20)) : Samples.Examples(20)),
        }, diverges: 8, everyUpdates: 4, interruptAfter: 9);

        CollectionAssert.Contains(_folder.Checkpoints, "step-00000008");
        RequireWhole();
    }

    private void Train(Run run, long diverges, int? everyUpdates = null, long? interruptAfter = null)
    {
        var isBad = false;
        var reports = new Reports(report =>
        {
            if (report is { Event: CheckpointEvent.Saved } && report.Step == diverges && !_wentBack)
                Damage(report.Path);
            if (report.Event == CheckpointEvent.RolledBack)
                (isBad, _wentBack) = (false, true);
        });
        run = run with
        {
            Options = run.Options with { OnNonFinite = NonFinitePolicy.RollBack, Checkpoints = new CheckpointOptions { Directory = _folder.Path, EveryUpdates = everyUpdates, Progress = reports } },
            Loss = (output, batch) => isBad ? CrossEntropy.Loss(output, batch) / 0 : CrossEntropy.Loss(output, batch),
        };
        using var model = run.NewModel();
        using var cancellation = new CancellationTokenSource();
        run.Train(model, progress =>
        {
            isBad = progress.Step == diverges && !_wentBack;
            if (progress.Step == interruptAfter && _wentBack)
                cancellation.Cancel();
        }, cancellation.Token);
        Assert.IsTrue(_wentBack);
    }

    private void RequireWhole()
    {
        foreach (var checkpoint in _folder.Checkpoints)
            Assert.IsNotNull(CheckpointContents.Verify(_folder[checkpoint]));
    }

    private static void Damage(string checkpoint)
    {
        var path = Path.Combine(checkpoint, "weights.safetensors");
        var bytes = File.ReadAllBytes(path);
        bytes[^1] ^= 1;
        File.WriteAllBytes(path, bytes);
    }

    private static Example[] Wrong(Example[] examples) => [.. examples.Select(example => example with { Label = (example.Label + 1) % TiedModel.Classes })];

    private sealed class Reports(Action<CheckpointReport> take) : IProgress<CheckpointReport>
    {
        public void Report(CheckpointReport value) => take(value);
    }

    /// <summary>Validation data of the same number of examples, which may be others each time.</summary>
    private sealed class ChangingData(Func<Example[]> examples) : ITrainingData
    {
        public long? Count => examples().Length;

        public IEnumerable<TrainingBatch> ReadShuffled(int batchSize, int seed) => Samples.Data(examples()).ReadShuffled(batchSize, seed);

        public IEnumerable<TrainingBatch> ReadAll(int batchSize) => Samples.Data(examples()).ReadAll(batchSize);
    }
}
