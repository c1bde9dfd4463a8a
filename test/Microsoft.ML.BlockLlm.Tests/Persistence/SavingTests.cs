using System.Globalization;
using System.IO.Compression;
using System.Text;
using Microsoft.ML.BlockLlm.Models;
using Microsoft.ML.Data;

namespace Microsoft.ML.BlockLlm.Tests;

[TestClass]
public sealed class SavingTests
{
    private readonly MLContext _ml = new(seed: 1);
    private readonly string _path = Path.Combine(Path.GetTempPath(), $"blockllm-{Guid.NewGuid():N}.zip");

    [TestCleanup]
    public void DeleteFile() => File.Delete(_path);

    [TestMethod]
    public void A_saved_pipeline_scores_the_same_in_a_process_that_knows_of_mlnet_only()
    {
        var data = _ml.Data.LoadFromEnumerable(Message.Make(60));
        var model = _ml.Transforms.Conversion.MapValueToKey("Label").Append(Pipelines.Trainer(_ml)).Append(_ml.Transforms.Conversion.MapKeyToValue("PredictedLabel")).Fit(data);
        using var disposing = model as IDisposable;
        _ml.Model.Save(model, data.Schema, _path);
        string[] texts = ["hello my friend", "why is it", ""];

        var lines = OwnProcess.Run([_path, .. texts]).Split('\n', StringSplitOptions.RemoveEmptyEntries);

        var expected = Pipelines.Scores(model, _ml.Data.LoadFromEnumerable(texts.Select(text => new Message { Text = text })));
        CollectionAssert.AreEqual(
            expected.Select(score => string.Join(' ', score.Select(p => p.ToString("R", CultureInfo.InvariantCulture)))).ToArray(), lines);
    }

    [TestMethod]
    public void Training_summary_and_labels_are_saved_too()
    {
        using var model = SaveModel();
        using var loaded = Load();

        Assert.AreEqual(model.TrainingSummary.Steps, loaded.TrainingSummary.Steps);
        Assert.AreEqual(model.TrainingSummary.Options, loaded.TrainingSummary.Options);
        CollectionAssert.AreEqual(model.TrainingSummary.Losses.ToArray(), loaded.TrainingSummary.Losses.ToArray());
        CollectionAssert.AreEqual(model.Labels!.ToArray(), loaded.Labels!.ToArray());
        foreach (var (expected, actual) in model.TrainingSummary.History.Zip(loaded.TrainingSummary.History))
        {
            CollectionAssert.AreEqual(expected.ActiveBlocks.ToArray(), actual.ActiveBlocks.ToArray());
            CollectionAssert.AreEqual(expected.Visits.ToArray(), actual.Visits.ToArray());
        }
    }

    [TestMethod]
    public void A_loaded_transformer_can_be_saved_again()
    {
        using var model = SaveModel();
        using var once = Load();
        _ml.Model.Save(once, null, _path);
        using var twice = Load();

        var data = _ml.Data.LoadFromEnumerable(Message.Make(40));
        DataViewAssert.SameRows(model.Transform(data), twice.Transform(data));
    }

    [TestMethod]
    public void Label_values_of_every_type_come_back()
    {
        float[] numbers = [float.Epsilon, -0f, 1e20f, float.NaN];
        var rows = Message.Make(40).Select((message, i) => new { Label = numbers[i % 3], message.Text });
        var data = Pipelines.KeyLabels(_ml, _ml.Data.LoadFromEnumerable(rows));
        using var model = Pipelines.Trainer(_ml).Fit(data);
        _ml.Model.Save(model, data.Schema, _path);
        using var loaded = Load();
        VBuffer<float> values = default;

        loaded.GetOutputSchema(data.Schema)["PredictedLabel"].GetKeyValues(ref values);

        CollectionAssert.AreEqual(
            numbers[..3].Select(BitConverter.SingleToInt32Bits).ToArray(), values.DenseValues().Select(BitConverter.SingleToInt32Bits).ToArray());
    }

    [TestMethod]
    public void A_classifier_of_pairs_reads_both_texts_after_loading()
    {
        var rows = Message.Make(40).Select((message, i) => new { message.Label, message.Text, Reply = i % 2 == 0 ? "why" : "good day" });
        var data = Pipelines.KeyLabels(_ml, _ml.Data.LoadFromEnumerable(rows));
        using var model = Pipelines.Trainer(_ml, Pipelines.Options with { SecondTextColumnName = "Reply" }).Fit(data);
        _ml.Model.Save(model, data.Schema, _path);
        using var loaded = Load();

        DataViewAssert.SameRows(model.Transform(data), loaded.Transform(data));
        Assert.ThrowsExactly<ArgumentOutOfRangeException>(() => loaded.Transform(Pipelines.Keyed(_ml)));
    }

    [TestMethod]
    public void The_model_is_written_as_a_folder_that_can_be_fine_tuned_again()
    {
        using var model = SaveModel();
        var folder = TinyModel.Directory + "-saved";

        model.SaveAsHuggingFace(folder);

        using var classifier = SequenceClassifier.Load(folder);
        CollectionAssert.AreEqual(model.Labels!.ToArray(), classifier.ClassNames.ToArray());
        using var again = Pipelines.Trainer(_ml, Pipelines.Options with { Model = PretrainedModel.FromDirectory(folder) }).Fit(Pipelines.Keyed(_ml));
        Assert.AreEqual(3, again.NumberOfClasses);
    }

    [TestMethod]
    [DataRow("classifier.json")]
    [DataRow("training.json")]
    [DataRow("config.json")]
    [DataRow("tokenizer.json")]
    [DataRow("model.safetensors")]
    public void A_part_that_is_missing_is_named(string part)
    {
        using var model = SaveModel();
        Change(part, _ => null);
        Refused(part);
    }

    [TestMethod]
    [DataRow("classifier.json")]
    [DataRow("training.json")]
    [DataRow("config.json")]
    [DataRow("tokenizer.json")]
    [DataRow("model.safetensors")]
    public void A_part_that_is_cut_short_is_named(string part)
    {
        using var model = SaveModel();
        Change(part, bytes => bytes[..(bytes.Length / 2)]);
        Refused(part);
    }

    [TestMethod]
    [DataRow("classifier.json", "\"MaxTokens\": 16", "\"MaxTokens\": -1")]
    [DataRow("classifier.json", "\"MaxTokens\": 16", "\"MaxTokens\": 2000000000")]
    [DataRow("classifier.json", "\"TextColumn\": \"Text\"", "\"TextColumn\": \"\"")]
    [DataRow("classifier.json", "\"TextColumn\": \"Text\"", "\"TextColumn\": null")]
    [DataRow("classifier.json", "\"SecondTextColumn\": null", "\"SecondTextColumn\": \"Reply\"")]
    [DataRow("classifier.json", "\"LabelType\": \"String\"", "\"LabelType\": null")]
    [DataRow("classifier.json", "\"LabelType\": \"String\"", "\"LabelType\": \"Tensor\"")]
    [DataRow("classifier.json", "\"LabelType\": \"String\"", "\"LabelType\": \"Byte\"")]
    [DataRow("classifier.json", "\"greeting\",", "")]
    [DataRow("classifier.json", "\"greeting\"", "null")]
    [DataRow("training.json", "\"BatchSize\": 16", "\"BatchSize\": 0")]
    [DataRow("config.json", "\"num_labels\": 3", "\"num_labels\": 4")]
    [DataRow("config.json", "\"vocab_size\": ", "\"vocab_size\": 99")]
    public void An_impossible_value_is_refused_with_the_part_named(string part, string text, string replacement)
    {
        using var model = SaveModel();
        Change(part, bytes =>
        {
            var content = Encoding.UTF8.GetString(bytes);
            StringAssert.Contains(content, text);
            return Encoding.UTF8.GetBytes(content.Replace(text, replacement));
        });
        Refused(part == "config.json" && text.Contains("num_labels") ? "classifier" : part);
    }

    private BlockLlmTextClassificationTransformer SaveModel()
    {
        var data = Pipelines.Keyed(_ml);
        var model = Pipelines.Trainer(_ml).Fit(data);
        _ml.Model.Save(model, data.Schema, _path);
        return model;
    }

    private BlockLlmTextClassificationTransformer Load() =>
        new MLContext().Model.Load(_path, out _) switch
        {
            BlockLlmTextClassificationTransformer transformer => transformer,
            IEnumerable<ITransformer> chain => (BlockLlmTextClassificationTransformer)chain.Single(),
            var other => throw new InvalidCastException($"The file holds a {other.GetType()}."),
        };

    private void Refused(string named) => StringAssert.Contains(Refusal.Of(() => Load()).Message, named);

    private void Change(string part, Func<byte[], byte[]?> change)
    {
        using var zip = ZipFile.Open(_path, ZipArchiveMode.Update);
        var entry = zip.Entries.Single(entry => entry.Name == part);
        using var bytes = new MemoryStream();
        using (var stream = entry.Open())
            stream.CopyTo(bytes);
        var name = entry.FullName;
        entry.Delete();
        if (change(bytes.ToArray()) is not { } changed)
            return;
        using var written = zip.CreateEntry(name).Open();
        written.Write(changed);
    }
}
