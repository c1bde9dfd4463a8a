using Microsoft.ML.Data;

namespace Microsoft.ML.BlockLlm.Tests;

[TestClass]
public sealed class OutputTests
{
    private readonly MLContext _ml = new(seed: 1);

    [TestMethod]
    public void Scores_are_probabilities_that_sum_to_1()
    {
        var data = Pipelines.Keyed(_ml);
        using var model = Pipelines.Trainer(_ml).Fit(data);

        foreach (var score in Pipelines.Scores(model, data))
        {
            Assert.AreEqual(3, score.Length);
            Assert.IsTrue(score.All(probability => probability is >= 0 and <= 1));
            Assert.AreEqual(1, score.Sum(), 1e-6);
        }
    }

    [TestMethod]
    public void Predicted_label_is_the_class_with_the_highest_score()
    {
        var data = Pipelines.Keyed(_ml);
        using var model = Pipelines.Trainer(_ml).Fit(data);
        var scored = model.Transform(data);

        var predicted = scored.GetColumn<uint>("PredictedLabel").ToList();

        var best = Pipelines.Scores(model, data).Select(score => (uint)Array.IndexOf(score, score.Max()) + 1).ToList();
        CollectionAssert.AreEqual(best, predicted);
    }

    [TestMethod]
    public void Slot_names_and_key_values_are_the_labels()
    {
        var data = Pipelines.Keyed(_ml);
        using var model = Pipelines.Trainer(_ml).Fit(data);
        var schema = model.GetOutputSchema(data.Schema);
        VBuffer<ReadOnlyMemory<char>> slotNames = default, keyValues = default;

        schema["Score"].GetSlotNames(ref slotNames);
        schema["PredictedLabel"].GetKeyValues(ref keyValues);

        string[] labels = ["greeting", "parting", "question"];
        CollectionAssert.AreEqual(labels, slotNames.DenseValues().Select(name => name.ToString()).ToArray());
        CollectionAssert.AreEqual(labels, keyValues.DenseValues().Select(name => name.ToString()).ToArray());
        CollectionAssert.AreEqual(labels, model.Labels!.ToArray());
    }

    [TestMethod]
    public void Labels_may_be_numbers()
    {
        var rows = Message.Make(30).Select(m => new { Label = m.Label.Length / 2f, m.Text });
        var data = Pipelines.KeyLabels(_ml, _ml.Data.LoadFromEnumerable(rows));
        using var model = Pipelines.Trainer(_ml).Fit(data);

        var named = _ml.Transforms.Conversion.MapKeyToValue("PredictedLabel").Fit(model.Transform(data)).Transform(model.Transform(data));

        Assert.IsTrue(named.GetColumn<float>("PredictedLabel").All(label => label is 4f or 3.5f));
        CollectionAssert.AreEqual(new[] { "4", "3.5" }, model.Labels!.ToArray());
    }

    [TestMethod]
    public void Labels_may_be_keys_that_stand_for_nothing()
    {
        var rows = Message.Make(30).Select((m, i) => new KeyedRow { Label = (uint)(i % 3) + 1, Text = m.Text });
        var data = _ml.Data.LoadFromEnumerable(rows);
        using var model = Pipelines.Trainer(_ml).Fit(data);

        var schema = model.GetOutputSchema(data.Schema);

        Assert.IsNull(model.Labels);
        Assert.IsFalse(schema["Score"].HasSlotNames());
        Assert.AreEqual(3ul, ((KeyDataViewType)schema["PredictedLabel"].Type).Count);
    }

    [TestMethod]
    public void Output_columns_can_be_named()
    {
        var data = Pipelines.Keyed(_ml);
        using var model = Pipelines.Trainer(_ml, Pipelines.Options with { PredictedLabelColumnName = "Kind", ScoreColumnName = "Odds" }).Fit(data);

        var schema = model.GetOutputSchema(data.Schema);

        Assert.IsInstanceOfType<KeyDataViewType>(schema["Kind"].Type);
        Assert.IsInstanceOfType<VectorDataViewType>(schema["Odds"].Type);
    }

    [TestMethod]
    public void An_input_column_named_like_an_output_is_hidden()
    {
        var rows = Message.Make(30).Select(m => new { m.Label, m.Text, Score = 1f });
        var data = Pipelines.KeyLabels(_ml, _ml.Data.LoadFromEnumerable(rows));
        using var model = Pipelines.Trainer(_ml).Fit(data);

        var scores = model.Transform(data).Schema.Where(column => column.Name == "Score").ToList();

        Assert.AreEqual(2, scores.Count);
        Assert.IsTrue(scores[0].IsHidden && scores[0].Type is NumberDataViewType);
        Assert.IsTrue(!scores[1].IsHidden && scores[1].Type is VectorDataViewType);
    }

    [TestMethod]
    public void Score_columns_of_two_classifiers_belong_to_two_sets()
    {
        var data = Pipelines.Keyed(_ml);
        using var first = Pipelines.Trainer(_ml).Fit(data);
        using var second = Pipelines.Trainer(_ml, Pipelines.Options with { PredictedLabelColumnName = "Label2", ScoreColumnName = "Score2" }).Fit(data);

        var schema = second.GetOutputSchema(first.GetOutputSchema(data.Schema));

        uint SetOf(string column)
        {
            uint id = 0;
            schema[column].Annotations.GetValue("ScoreColumnSetId", ref id);
            return id;
        }

        Assert.AreEqual(SetOf("Score"), SetOf("PredictedLabel"));
        Assert.AreEqual(SetOf("Score2"), SetOf("Label2"));
        Assert.AreNotEqual(SetOf("Score"), SetOf("Score2"));
    }

    private sealed class KeyedRow
    {
        [KeyType(3)]
        public uint Label { get; set; }

        public string Text { get; set; } = "";
    }
}
