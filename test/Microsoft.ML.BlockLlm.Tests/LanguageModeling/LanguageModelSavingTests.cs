using System.Globalization;
using Microsoft.ML.BlockLlm.Models;

namespace Microsoft.ML.BlockLlm.Tests;

[TestClass]
public sealed class LanguageModelSavingTests
{
    private readonly MLContext _ml = new(seed: 1);
    private readonly string _path = Path.Combine(Path.GetTempPath(), $"blockllm-{Guid.NewGuid():N}.zip");

    [TestCleanup]
    public void DeleteFile() => File.Delete(_path);

    [TestMethod]
    public void A_saved_model_measures_the_same_in_a_process_that_knows_of_mlnet_only()
    {
        var data = LanguageModels.Verses(_ml);
        using var model = LanguageModels.Trainer(_ml, LanguageModels.Options with { MaxSteps = 5 }).Fit(data);
        _ml.Model.Save(model, data.Schema, _path);
        string[] texts = ["the cat sat", "xyz", ""];

        var lines = OwnProcess.Run([_path, .. texts]).Split('\n', StringSplitOptions.RemoveEmptyEntries);

        var expected = LanguageModels.Losses(model, LanguageModels.Texts(_ml, texts));
        CollectionAssert.AreEqual(expected.Select(loss => loss.ToString("R", CultureInfo.InvariantCulture)).ToArray(), lines);
    }

    [TestMethod]
    public void A_loaded_model_generates_the_same_and_knows_how_it_was_trained()
    {
        var data = LanguageModels.Verses(_ml);
        var options = LanguageModels.Options with { MaxSteps = 5, Generation = new GenerationOptions { MaxNewTokens = 6, Temperature = 0.8, TopK = 20, Seed = 3, StopStrings = ["mat"] } };
        using var model = LanguageModels.Trainer(_ml, options).Fit(data);
        _ml.Model.Save(model, data.Schema, _path);

        using var loaded = (BlockLlmLanguageModelTransformer)_ml.Model.Load(_path, out _);

        Assert.AreEqual(model.Generate("the"), loaded.Generate("the"));
        Assert.AreEqual(model.TrainingSummary.Options, loaded.TrainingSummary.Options);
        CollectionAssert.AreEqual(model.TrainingSummary.Losses.ToArray(), loaded.TrainingSummary.Losses.ToArray());
    }

    [TestMethod]
    public void Prompts_and_completions_are_read_after_loading_as_before()
    {
        var data = LanguageModels.Verses(_ml);
        using var model = LanguageModels.Trainer(_ml, LanguageModels.Options with { PromptColumnName = "Text", CompletionColumnName = "Reply", MaxSteps = 2 }).Fit(data);
        _ml.Model.Save(model, data.Schema, _path);

        using var loaded = (BlockLlmLanguageModelTransformer)_ml.Model.Load(_path, out _);

        DataViewAssert.SameRows(model.Transform(data), loaded.Transform(data));
    }

    [TestMethod]
    public void Lines_are_measured_after_loading_as_before()
    {
        var data = LanguageModels.Verses(_ml);
        using var model = LanguageModels.Trainer(_ml, LanguageModels.Options with { RowsAreLines = true, MaxSteps = 2 }).Fit(data);
        _ml.Model.Save(model, data.Schema, _path);

        using var loaded = (BlockLlmLanguageModelTransformer)_ml.Model.Load(_path, out _);

        DataViewAssert.SameRows(model.Transform(data), loaded.Transform(data));
    }

    [TestMethod]
    public void A_folder_that_was_written_is_a_model_to_start_from()
    {
        var data = LanguageModels.Verses(_ml);
        using var model = LanguageModels.Trainer(_ml, LanguageModels.Options with { MaxSteps = 5 }).Fit(data);
        var folder = TinyLanguageModel.Directory + "-" + Guid.NewGuid().ToString("N");
        model.SaveAsHuggingFace(folder);

        using var next = LanguageModels.Trainer(_ml, LanguageModels.Options with { Model = PretrainedModel.FromDirectory(folder), MaxSteps = 1, BatchSize = 1000, LearningRate = 1e-9 }).Fit(data);

        Assert.AreEqual(_ml.LanguageModeling.Evaluate(model.Transform(data)).Loss, next.TrainingSummary.Losses[0], 1e-4);
    }

    [TestMethod]
    public void A_damaged_header_is_named()
    {
        var data = LanguageModels.Verses(_ml);
        using (var model = LanguageModels.Trainer(_ml, LanguageModels.Options with { MaxSteps = 1 }).Fit(data))
            _ml.Model.Save(model, data.Schema, _path);
        using (var archive = System.IO.Compression.ZipFile.Open(_path, System.IO.Compression.ZipArchiveMode.Update))
        {
            var entry = archive.Entries.Single(entry => entry.FullName.EndsWith("language-model.json", StringComparison.Ordinal));
            var name = entry.FullName;
            entry.Delete();
            using var writer = new StreamWriter(archive.CreateEntry(name).Open());
            writer.Write("""{ "TextColumn": "Text", "SequenceLength": 1000000 }""");
        }

        var thrown = Assert.Throws<Exception>(() => _ml.Model.Load(_path, out _));

        StringAssert.Contains(thrown.ToString(), "'language-model.json' of the model file is damaged: SequenceLength is 1000000");
    }
}
