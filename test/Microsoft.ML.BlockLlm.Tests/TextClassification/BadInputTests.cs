using Microsoft.ML.BlockLlm.Models;
using Microsoft.ML.Data;

namespace Microsoft.ML.BlockLlm.Tests;

[TestClass]
public sealed class BadInputTests
{
    private readonly MLContext _ml = new(seed: 1);

    [TestMethod]
    public void A_missing_model_folder_is_named()
    {
        var thrown = Assert.ThrowsExactly<ModelLoadException>(() => PretrainedModel.FromDirectory("no/such/folder"));
        StringAssert.Contains(thrown.Message, Path.Combine("no", "such", "folder"));
    }

    [TestMethod]
    public void A_file_in_place_of_the_model_folder_is_called_a_file()
    {
        var file = Path.Combine(TinyModel.Directory, "config.json");
        var thrown = Assert.ThrowsExactly<ModelLoadException>(() => PretrainedModel.FromDirectory(file));
        StringAssert.Contains(thrown.Message, $"'{file}' is a file. Give the folder that holds config.json: '{TinyModel.Directory}'.");
    }

    [TestMethod]
    [DataRow(null)]
    [DataRow("")]
    public void No_model_folder_at_all_is_asked_for(string? path)
    {
        var thrown = Assert.Throws<ArgumentException>(() => PretrainedModel.FromDirectory(path!));
        StringAssert.StartsWith(thrown.Message, "path must name the model's folder, but is ");
    }

    [TestMethod]
    public void An_unreadable_configuration_is_named()
    {
        var folder = TinyModel.Copy();
        File.WriteAllText(Path.Combine(folder, "config.json"), "{ \"model_type\": ");

        var thrown = Assert.ThrowsExactly<ModelLoadException>(() => PretrainedModel.FromDirectory(folder));

        StringAssert.Contains(thrown.Message, "config.json");
    }

    [TestMethod]
    public void A_tensor_of_another_shape_is_named()
    {
        var folder = TinyModel.Copy();
        TinyModel.WriteWeights(Path.Combine(folder, "model.safetensors"), TinyModel.VocabularySize, misshapen: "pooler.dense.weight");
        var trainer = Pipelines.Trainer(_ml, Pipelines.Options with { Model = PretrainedModel.FromDirectory(folder) });

        var thrown = Assert.ThrowsExactly<ModelLoadException>(() => trainer.Fit(Pipelines.Keyed(_ml)));

        StringAssert.Contains(thrown.Message, "pooler.dense.weight");
    }

    [TestMethod]
    public void A_missing_column_is_named_with_those_that_are_there()
    {
        var data = Pipelines.Keyed(_ml);

        var text = Assert.ThrowsExactly<ArgumentOutOfRangeException>(() => Pipelines.Trainer(_ml, Pipelines.Options with { TextColumnName = "Body" }).Fit(data));
        var second = Assert.ThrowsExactly<ArgumentOutOfRangeException>(() => Pipelines.Trainer(_ml, Pipelines.Options with { SecondTextColumnName = "Reply" }).Fit(data));
        var label = Assert.ThrowsExactly<ArgumentOutOfRangeException>(() => Pipelines.Trainer(_ml, Pipelines.Options with { LabelColumnName = "Kind" }).Fit(data));

        StringAssert.StartsWith(text.Message, "Could not find text column 'Body'. The columns are: Text, Numbers, Label.");
        StringAssert.StartsWith(second.Message, "Could not find second text column 'Reply'.");
        StringAssert.StartsWith(label.Message, "Could not find label column 'Kind'.");
    }

    [TestMethod]
    public void A_column_of_another_type_is_named_with_what_it_is_and_should_be()
    {
        var label = Assert.ThrowsExactly<ArgumentOutOfRangeException>(() => Pipelines.Trainer(_ml).Fit(_ml.Data.LoadFromEnumerable(Message.Make(6))));
        var text = Assert.ThrowsExactly<ArgumentOutOfRangeException>(
            () => Pipelines.Trainer(_ml, Pipelines.Options with { TextColumnName = "Numbers" }).Fit(Pipelines.Keyed(_ml)));

        StringAssert.StartsWith(label.Message, "Schema mismatch for label column 'Label': expected a key of UInt32 (make one with Transforms.Conversion.MapValueToKey), got String.");
        StringAssert.StartsWith(text.Message, "Schema mismatch for text column 'Numbers': expected text, got Vector<Single, 2>.");
    }

    [TestMethod]
    public void Keys_of_values_that_cannot_be_saved_are_refused_before_a_row_is_read()
    {
        var reads = 0;
        var days = _ml.Data.LoadFromEnumerable(Enumerable.Range(0, 6).Select(i =>
        {
            reads++;
            return new { Label = DateTime.UnixEpoch.AddDays(i % 2), Text = "why" };
        }));
        var data = Pipelines.KeyLabels(_ml, days);
        var readByKeys = reads;

        var thrown = Assert.ThrowsExactly<ArgumentOutOfRangeException>(() => Pipelines.Trainer(_ml).Fit(data));

        StringAssert.StartsWith(thrown.Message, "The keys of label column 'Label' stand for values of type DateTime, which a model file cannot hold. Convert the column to text before");
        Assert.AreEqual(readByKeys, reads);
    }

    [TestMethod]
    [DataRow(2)]
    [DataRow(4)]
    public void Keys_with_another_number_of_values_are_refused_before_a_row_is_read(int values)
    {
        var definition = SchemaDefinition.Create(typeof(KeyedMessage));
        definition["Label"].AddAnnotation("KeyValues", new VBuffer<float>(values, new float[values]), new VectorDataViewType(NumberDataViewType.Single, values));
        var unread = Enumerable.Range(0, 6).Select<int, KeyedMessage>(_ => throw new InvalidOperationException("A row was read."));
        var data = _ml.Data.LoadFromEnumerable(unread, definition);

        var thrown = Assert.ThrowsExactly<ArgumentOutOfRangeException>(() => Pipelines.Trainer(_ml).Append(_ml.Transforms.Conversion.MapKeyToValue("PredictedLabel")).Fit(data));

        StringAssert.StartsWith(thrown.Message, $"Label column 'Label' is a key with 3 possible values, but its annotation KeyValues is Vector<Single, {values}>, which is not one value for each.");
    }

    [TestMethod]
    public void One_class_only_is_refused()
    {
        var labels = _ml.Transforms.Conversion.MapValueToKey("Label").Fit(_ml.Data.LoadFromEnumerable(Message.Make(30)));
        var greetings = labels.Transform(_ml.Data.LoadFromEnumerable(Message.Make(30).Where(message => message.Label == "greeting")));

        var oneOfThree = Assert.ThrowsExactly<InvalidOperationException>(() => Pipelines.Trainer(_ml).Fit(greetings));
        var onlyOne = Assert.ThrowsExactly<InvalidOperationException>(() => Pipelines.Trainer(_ml).Fit(Pipelines.Keyed(_ml, kinds: 1)));

        StringAssert.StartsWith(oneOfThree.Message, "All 10 labelled rows of the training data have the same value in label column 'Label'.");
        StringAssert.StartsWith(onlyOne.Message, "Label column 'Label' has one class only.");
    }

    [TestMethod]
    public void Data_in_which_every_label_is_missing_is_refused()
    {
        var labels = _ml.Transforms.Conversion.MapValueToKey("Label").Fit(_ml.Data.LoadFromEnumerable(Message.Make(30)));
        var unknown = labels.Transform(_ml.Data.LoadFromEnumerable([new Message { Label = "new", Text = "why" }]));

        var thrown = Assert.ThrowsExactly<InvalidOperationException>(() => Pipelines.Trainer(_ml).Fit(unknown));

        StringAssert.StartsWith(thrown.Message, "The training data has no row with a label: all 1 values in column 'Label' are missing.");
    }

    [TestMethod]
    public void Data_without_rows_is_refused()
    {
        var labels = _ml.Transforms.Conversion.MapValueToKey("Label").Fit(_ml.Data.LoadFromEnumerable(Message.Make(30)));
        var empty = labels.Transform(_ml.Data.LoadFromEnumerable(Message.Make(0)));

        var known = Assert.ThrowsExactly<InvalidOperationException>(() => Pipelines.Trainer(_ml).Fit(empty));
        var unknown = Assert.ThrowsExactly<InvalidOperationException>(() => Pipelines.Trainer(_ml).Fit(Pipelines.Keyed(_ml, count: 0)));

        StringAssert.StartsWith(known.Message, "The training data has no rows.");
        StringAssert.StartsWith(unknown.Message, "The training data has no rows.");
    }

    [TestMethod]
    public void A_validation_set_with_other_labels_is_refused()
    {
        var trainer = Pipelines.Trainer(_ml, Pipelines.Options with { ValidationSet = Pipelines.Keyed(_ml, Message.Make(30).AsEnumerable().Reverse()) });

        var thrown = Assert.ThrowsExactly<InvalidOperationException>(() => trainer.Fit(Pipelines.Keyed(_ml)));

        StringAssert.StartsWith(thrown.Message, "Label column 'Label' of ValidationSet has other key values than the training data.");
    }

    [TestMethod]
    public void Nothing_is_refused_by_name()
    {
        Assert.ThrowsExactly<ArgumentNullException>(() => Pipelines.Trainer(_ml).Fit(null!));
        Assert.ThrowsExactly<ArgumentNullException>(() => Pipelines.Trainer(_ml).GetOutputSchema(null!));
        StringAssert.StartsWith(
            Assert.ThrowsExactly<ArgumentNullException>(() => _ml.TextClassification.Trainers.BlockLlm((BlockLlmTextClassificationOptions)null!)).Message,
            "options must be BlockLlmTextClassificationOptions with a Model");
        Assert.ThrowsExactly<ArgumentNullException>(() => _ml.TextClassification.Trainers.BlockLlm((PretrainedModel)null!));
        Assert.ThrowsExactly<ArgumentNullException>(() => ((MLContext)null!).GetTextClassification());
    }

    private sealed class KeyedMessage
    {
        [KeyType(3)]
        public uint Label { get; set; }

        public string Text { get; set; } = "";
    }
}
