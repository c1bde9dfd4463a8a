using Microsoft.ML.BlockLlm.Models;
using Microsoft.ML.BlockLlm.Training;
using Microsoft.ML.Data;

namespace Microsoft.ML.BlockLlm.Tests;

[TestClass]
public sealed class LanguageModelTrainingTests
{
    private readonly MLContext _ml = new(seed: 1);

    [TestMethod]
    public void Training_lowers_the_perplexity_of_texts_not_seen()
    {
        var split = _ml.Data.TrainTestSplit(LanguageModels.Verses(_ml, 120), testFraction: 0.2);
        using var before = LanguageModels.Trainer(_ml, LanguageModels.Options with { MaxSteps = 1, LearningRate = 1e-9 }).Fit(split.TrainSet);

        using var model = LanguageModels.Trainer(_ml, LanguageModels.Options with { MaxSteps = 60, Sparsity = 0.5 }).Fit(split.TrainSet);

        var (first, last) = (_ml.LanguageModeling.Evaluate(before.Transform(split.TestSet)), _ml.LanguageModeling.Evaluate(model.Transform(split.TestSet)));
        Assert.IsTrue(last.Perplexity < first.Perplexity / 2, $"Perplexity went from {first.Perplexity:F1} to {last.Perplexity:F1}.");
    }

    [TestMethod]
    public void Named_arguments_and_options_make_the_same_trainer()
    {
        var data = LanguageModels.Verses(_ml);
        using var named = new MLContext(seed: 3).LanguageModeling.Trainers.BlockLlm(TinyLanguageModel.Open(), textColumnName: "Reply", epochs: 2, batchSize: 4, sparsity: 0.8).Fit(data);
        using var options = new MLContext(seed: 3).LanguageModeling.Trainers.BlockLlm(new BlockLlmLanguageModelOptions
        {
            Model = TinyLanguageModel.Open(), TextColumnName = "Reply", Epochs = 2, BatchSize = 4, Sparsity = 0.8,
        }).Fit(data);

        DataViewAssert.SameRows(named.Transform(data), options.Transform(data));
    }

    [TestMethod]
    public void A_new_model_learns_its_tokenizer_and_trains_all_of_its_embeddings()
    {
        var options = new BlockLlmLanguageModelOptions { NewModel = TinyLanguageModel.Shape with { VocabularySize = 270 }, BatchSize = 4, MaxSteps = 3, Seed = 1 };

        using var model = LanguageModels.Trainer(_ml, options).Fit(LanguageModels.Verses(_ml));

        Assert.AreEqual(270, model.Config.VocabularySize);
        Assert.AreEqual(2L * 270 * model.Config.HiddenSize, model.TrainingSummary.History[0].AlwaysActiveCoordinates);
    }

    [TestMethod]
    public void A_new_model_with_the_smallest_vocabulary_reads_bytes()
    {
        var options = new BlockLlmLanguageModelOptions { NewModel = TinyLanguageModel.Shape with { VocabularySize = 257 }, MaxSteps = 1, Seed = 1 };

        using var model = LanguageModels.Trainer(_ml, options).Fit(LanguageModels.Verses(_ml));

        var scored = model.Transform(LanguageModels.Texts(_ml, "häuser"));
        CollectionAssert.AreEqual(new[] { 8 }, scored.GetColumn<int>("TokenCount").ToArray(), "7 bytes, and the end of the text.");
    }

    [TestMethod]
    public void A_pretrained_model_keeps_its_embeddings_unless_asked_otherwise()
    {
        var (before, after) = (Weights(TinyLanguageModel.Directory), Trained(LanguageModels.Options));
        var unfrozen = Trained(LanguageModels.Options with { FreezeEmbeddings = false, Sparsity = 0 });

        foreach (var name in (string[])["model.embed_tokens.weight", "lm_head.weight"])
        {
            CollectionAssert.AreEqual(before[name], after[name], name);
            CollectionAssert.AreNotEqual(before[name], unfrozen[name], name);
        }
    }

    [TestMethod]
    public void Packed_and_padded_texts_count_the_same_tokens()
    {
        using var packed = LanguageModels.Trainer(_ml, LanguageModels.Options with { BatchSize = 100, SequenceLength = 32 }).Fit(LanguageModels.Verses(_ml));
        using var padded = LanguageModels.Trainer(_ml, LanguageModels.Options with { BatchSize = 100, Packing = false }).Fit(LanguageModels.Verses(_ml));

        // One batch holds all, so the first loss is the mean over all tokens of the untrained model.
        Assert.AreEqual(padded.TrainingSummary.Losses[0], packed.TrainingSummary.Losses[0], 1e-5);
    }

    [TestMethod]
    public void Lines_of_one_text_are_learned_as_one_text()
    {
        var data = LanguageModels.Texts(_ml, Enumerable.Repeat("the cat sat", 60));
        var options = LanguageModels.Options with { RowsAreLines = true, BatchSize = 1, Epochs = 1 };

        using var lines = LanguageModels.Trainer(_ml, options).Fit(data);
        using var rows = LanguageModels.Trainer(_ml, options with { RowsAreLines = false, Packing = false }).Fit(data);

        Assert.AreEqual(60, rows.TrainingSummary.Steps);
        Assert.IsTrue(lines.TrainingSummary.Steps < 30, $"{lines.TrainingSummary.Steps} sequences were made of the lines.");
    }

    [TestMethod]
    public void A_validation_set_is_evaluated_by_its_loss()
    {
        var options = LanguageModels.Options with { ValidationSet = LanguageModels.Verses(_ml, 30), MaxSteps = 6, Training = new() { EvaluationInterval = 2, SelectBy = ModelSelection.Loss, BatchSize = 4 } };

        using var model = LanguageModels.Trainer(_ml, options).Fit(LanguageModels.Verses(_ml));

        Assert.AreEqual(3, model.TrainingSummary.Evaluations.Count);
        var best = model.TrainingSummary.Evaluations.MinBy(evaluation => evaluation.Result.Loss);
        Assert.AreEqual(best.Step, model.TrainingSummary.BestStep);
        Assert.AreEqual(best.Result.Loss, _ml.LanguageModeling.Evaluate(model.Transform(LanguageModels.Verses(_ml, 30))).Loss, 1e-5);
    }

    [TestMethod]
    public void Cancelling_keeps_the_model_trained_so_far()
    {
        using var source = new CancellationTokenSource();
        var reports = new List<TrainingProgress>();
        var options = LanguageModels.Options with { Epochs = 100, CancellationToken = source.Token, Progress = new Collect(reports, report => { if (report.Step == 2) source.Cancel(); }) };

        using var model = LanguageModels.Trainer(_ml, options).Fit(LanguageModels.Verses(_ml));

        Assert.AreEqual(StopReason.Canceled, model.TrainingSummary.StopReason);
        Assert.AreEqual(2, model.TrainingSummary.Steps);
    }

    [TestMethod]
    public void Without_a_number_of_updates_the_data_is_counted_and_read_as_often_as_asked()
    {
        var messages = new List<string>();
        _ml.Log += (_, e) => messages.Add(e.RawMessage);

        using var model = LanguageModels.Trainer(_ml, LanguageModels.Options with { Epochs = 2, Packing = false }).Fit(LanguageModels.Verses(_ml, 10));

        CollectionAssert.Contains(messages, "The training data makes 10 sequences.");
        Assert.AreEqual(2 * 3, model.TrainingSummary.Steps);
    }

    private Dictionary<string, byte[]> Trained(BlockLlmLanguageModelOptions options)
    {
        using var model = LanguageModels.Trainer(_ml, options).Fit(LanguageModels.Verses(_ml));
        var folder = TinyLanguageModel.Directory + "-" + Guid.NewGuid().ToString("N");
        model.SaveAsHuggingFace(folder);
        return Weights(folder);
    }

    private static Dictionary<string, byte[]> Weights(string folder)
    {
        using var model = CausalLanguageModel.Load(folder);
        return model.named_parameters().ToDictionary(item => item.name, item => item.parameter.bytes.ToArray());
    }

    private sealed class Collect(List<TrainingProgress> reports, Action<TrainingProgress>? onReport = null) : IProgress<TrainingProgress>
    {
        public void Report(TrainingProgress value)
        {
            reports.Add(value);
            onReport?.Invoke(value);
        }
    }
}
