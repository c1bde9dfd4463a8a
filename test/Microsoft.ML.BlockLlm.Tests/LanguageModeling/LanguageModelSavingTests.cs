using System.Globalization;
using System.IO.Compression;
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
        Save();
        Change("language-model.json", _ => """{ "TextColumn": "Text", "SequenceLength": 1000000 }"""u8.ToArray());
        RequireRefused("'language-model.json' of the model file is damaged: SequenceLength is 1000000");
    }

    [TestMethod]
    public void Another_signature_is_refused()
    {
        Save();
        Change("Model.key", key =>
        {
            key[key.AsSpan().IndexOf("BLLMLANG"u8)]++;
            return key;
        });
        RequireRefused("The model file holds no transformer that this version can read");
    }

    [TestMethod]
    public void A_file_of_a_newer_version_is_refused()
    {
        Save();
        // After the signature: the version that wrote the model, and the least one that can read it.
        Change("Model.key", key =>
        {
            var versions = key.AsSpan(key.AsSpan().IndexOf("BLLMLANG"u8) + "BLLMLANG".Length);
            BitConverter.TryWriteBytes(versions, 0x00020001);
            BitConverter.TryWriteBytes(versions[sizeof(int)..], 0x00020001);
            return key;
        });
        RequireRefused("The model file holds no transformer that this version can read");
    }

    [TestMethod]
    public void A_name_that_is_there_twice_is_refused()
    {
        Save();
        var name = "";
        using (var archive = ZipFile.Open(_path, ZipArchiveMode.Update))
        {
            name = archive.Entries.Single(entry => entry.Name == "config.json").FullName;
            archive.CreateEntry(name).Open().Dispose();
        }

        RequireRefused($"The model file has two parts of the name '{name}'");
    }

    private void Save()
    {
        var data = LanguageModels.Verses(_ml);
        using var model = LanguageModels.Trainer(_ml, LanguageModels.Options with { MaxSteps = 1 }).Fit(data);
        _ml.Model.Save(model, data.Schema, _path);
    }

    private void RequireRefused(string reason) => StringAssert.Contains(Refusal.Of(() => _ml.Model.Load(_path, out _)).Message, reason);

    /// <summary>Changes a part of the transformer.</summary>
    private void Change(string part, Func<byte[], byte[]> change)
    {
        using var archive = ZipFile.Open(_path, ZipArchiveMode.Update);
        var folder = Path.GetDirectoryName(archive.Entries.Single(entry => entry.Name == "language-model.json").FullName);
        var entry = archive.Entries.Single(entry => entry.Name == part && Path.GetDirectoryName(entry.FullName) == folder);
        using var stream = entry.Open();
        var content = new byte[stream.Length];
        stream.ReadExactly(content);
        stream.SetLength(0);
        stream.Write(change(content));
    }
}
