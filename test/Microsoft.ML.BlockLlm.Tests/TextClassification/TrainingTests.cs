using System.Text.RegularExpressions;
using Microsoft.ML.BlockLlm.Training;
using Microsoft.ML.Runtime;

namespace Microsoft.ML.BlockLlm.Tests;

[TestClass]
public sealed class TrainingTests
{
    private readonly MLContext _ml = new(seed: 1);

    [TestMethod]
    public void Rows_without_a_label_are_skipped_with_a_warning()
    {
        var complete = Message.Make(30);
        var labels = _ml.Transforms.Conversion.MapValueToKey("Label").Fit(_ml.Data.LoadFromEnumerable(complete));
        var warnings = new List<string>();
        _ml.Log += (_, e) =>
        {
            if (e.Kind == ChannelMessageKind.Warning)
                warnings.Add(e.RawMessage);
        };

        using var withUnknown = Pipelines.Trainer(_ml).Fit(
            labels.Transform(_ml.Data.LoadFromEnumerable([.. complete, new Message { Label = "never seen", Text = "why" }, new Message { Label = "nor this", Text = "bye" }])));
        using var without = Pipelines.Trainer(_ml).Fit(labels.Transform(_ml.Data.LoadFromEnumerable(complete)));

        Assert.AreEqual(1, warnings.Count);
        StringAssert.StartsWith(warnings[0], "2 rows of the training data were skipped");
        var data = labels.Transform(_ml.Data.LoadFromEnumerable(complete));
        DataViewAssert.SameRows(without.Transform(data), withUnknown.Transform(data));
    }

    [TestMethod]
    public void Loss_accuracy_and_memory_go_to_the_log()
    {
        var messages = new List<string>();
        _ml.Log += (_, e) => messages.Add(e.RawMessage);

        using var model = Pipelines.Trainer(_ml).Fit(Pipelines.Keyed(_ml));

        var log = string.Join('\n', messages);
        StringAssert.Matches(log, new Regex(@"^Step 1 of 4 \(epoch 1\): loss [\d.]+, accuracy of the batch .+ MiB resident\.$", RegexOptions.Multiline));
        StringAssert.Matches(log, new Regex(@"^Training ended after 4 steps \(Completed\) in .+ peak \d+ MiB resident\.$", RegexOptions.Multiline));
    }

    [TestMethod]
    public void Every_update_is_reported()
    {
        var reports = new Reports();

        using var model = Pipelines.Trainer(_ml, Pipelines.Options with { Progress = reports, Epochs = 2 }).Fit(Pipelines.Keyed(_ml));

        CollectionAssert.AreEqual(new long[] { 1, 2, 3, 4, 5, 6, 7, 8 }, reports.Select(report => report.Step).ToArray());
        Assert.IsTrue(reports.All(report => report.TotalSteps == 8 && double.IsFinite(report.Loss) && report.ResidentMemory > 0));
        Assert.AreEqual(8, model.TrainingSummary.Steps);
    }

    [TestMethod]
    public void Only_a_part_of_the_weights_is_updated_and_the_embeddings_never()
    {
        var reports = new Reports();

        using var model = Pipelines.Trainer(_ml, Pipelines.Options with { Progress = reports, Sparsity = 0.9 }).Fit(Pipelines.Keyed(_ml));

        var blocks = reports.SelectMany(report => report.ActiveBlocks).Distinct().ToList();
        Assert.IsTrue(model.TrainingSummary.ActiveShare < 0.15, $"{model.TrainingSummary.ActiveShare:P1} of the weights were active.");
        Assert.IsTrue(blocks.Count > 0 && !blocks.Any(block => block.Contains("embeddings")), string.Join(", ", blocks));
    }

    [TestMethod]
    public void One_context_seed_gives_one_model()
    {
        var options = Pipelines.Options with { Seed = null };
        float[][] Train(int seed)
        {
            var ml = new MLContext(seed);
            var data = Pipelines.Keyed(ml);
            using var model = Pipelines.Trainer(ml, options).Fit(data);
            return Pipelines.Scores(model, data);
        }

        var first = Train(5).SelectMany(score => score).ToArray();

        CollectionAssert.AreEqual(first, Train(5).SelectMany(score => score).ToArray());
        CollectionAssert.AreNotEqual(first, Train(6).SelectMany(score => score).ToArray());
    }

    [TestMethod]
    public void One_trainer_fits_data_with_other_classes()
    {
        var trainer = Pipelines.Trainer(_ml);
        var three = Pipelines.Keyed(_ml, kinds: 3);
        using var ofThree = trainer.Fit(three);
        var before = DataViewAssert.Rows(ofThree.Transform(three));

        using var ofTwo = trainer.Fit(Pipelines.Keyed(_ml, kinds: 2));

        Assert.AreEqual(2, ofTwo.NumberOfClasses);
        Assert.AreEqual(3, ofThree.NumberOfClasses);
        CollectionAssert.AreEqual(before, DataViewAssert.Rows(ofThree.Transform(three)));
    }

    [TestMethod]
    public void Batches_may_be_larger_than_the_data()
    {
        using var model = Pipelines.Trainer(_ml, Pipelines.Options with { BatchSize = int.MaxValue, Epochs = 3 }).Fit(Pipelines.Keyed(_ml));
        Assert.AreEqual(3, model.TrainingSummary.Steps);
    }

    [TestMethod]
    public void Validation_set_is_evaluated_while_training()
    {
        var keys = _ml.Transforms.Conversion.MapValueToKey("Label").Fit(_ml.Data.LoadFromEnumerable(Message.Make(60)));
        var training = keys.Transform(_ml.Data.LoadFromEnumerable(Message.Make(60)));
        var validation = keys.Transform(_ml.Data.LoadFromEnumerable(Message.Make(31)));

        using var model = Pipelines.Trainer(_ml, Pipelines.Options with { Epochs = 2, ValidationSet = validation }).Fit(training);

        Assert.AreEqual(2, model.TrainingSummary.Evaluations.Count);
        Assert.IsTrue(model.TrainingSummary.Evaluations.All(evaluation => evaluation.Result.Targets == 31));
    }

    [TestMethod]
    public void Cancelling_keeps_the_model_trained_so_far()
    {
        using var source = new CancellationTokenSource();
        var reports = new Reports { OnReport = report => { if (report.Step == 2) source.Cancel(); } };

        using var model = Pipelines.Trainer(_ml, Pipelines.Options with { Epochs = 50, Progress = reports, CancellationToken = source.Token }).Fit(Pipelines.Keyed(_ml));

        Assert.AreEqual(StopReason.Canceled, model.TrainingSummary.StopReason);
        Assert.AreEqual(2, model.TrainingSummary.Steps);
    }

    [TestMethod]
    public void Cancelling_before_the_first_update_gives_no_model()
    {
        var trainer = Pipelines.Trainer(_ml, Pipelines.Options with { CancellationToken = new CancellationToken(canceled: true) });
        Assert.ThrowsExactly<OperationCanceledException>(() => trainer.Fit(Pipelines.Keyed(_ml)));
    }

    private sealed class Reports : List<TrainingProgress>, IProgress<TrainingProgress>
    {
        public Action<TrainingProgress> OnReport { get; init; } = _ => { };

        public void Report(TrainingProgress value)
        {
            Add(value);
            OnReport(value);
        }
    }
}
