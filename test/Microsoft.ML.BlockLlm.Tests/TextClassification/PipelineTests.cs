using Microsoft.ML.Data;

namespace Microsoft.ML.BlockLlm.Tests;

[TestClass]
public sealed class PipelineTests
{
    private readonly MLContext _ml = new(seed: 1);

    private IEstimator<ITransformer> Pipeline => _ml.Transforms.Conversion.MapValueToKey("Label")
        .Append(_ml.TextClassification.Trainers.BlockLlm(TinyModel.Open(), textColumnName: "Text", epochs: 6, batchSize: 16, learningRate: 0.01))
        .Append(_ml.Transforms.Conversion.MapKeyToValue("PredictedLabel"));

    [TestMethod]
    public void Training_learns_the_words_that_give_a_class_away()
    {
        var split = _ml.Data.TrainTestSplit(_ml.Data.LoadFromEnumerable(Message.Make(300)), testFraction: 0.2);

        var model = Pipeline.Fit(split.TrainSet);
        using var disposing = model as IDisposable;
        var metrics = _ml.MulticlassClassification.Evaluate(model.Transform(split.TestSet));

        Assert.IsTrue(metrics.MicroAccuracy > 0.95, $"Accuracy is {metrics.MicroAccuracy}.");
        Assert.AreEqual(3, metrics.ConfusionMatrix.NumberOfClasses);
    }

    [TestMethod]
    public void Cross_validation_runs_the_pipeline()
    {
        var results = _ml.MulticlassClassification.CrossValidate(_ml.Data.LoadFromEnumerable(Message.Make(150)), Pipeline, numberOfFolds: 2);

        Assert.AreEqual(2, results.Count);
        Assert.IsTrue(results.All(result => result.Metrics.MicroAccuracy is > 0 and <= 1));
    }

    [TestMethod]
    public void Prediction_engine_agrees_with_transforming()
    {
        var data = _ml.Data.LoadFromEnumerable(Message.Make(90));
        var model = Pipeline.Fit(data);
        using var disposing = model as IDisposable;
        using var engine = _ml.Model.CreatePredictionEngine<Message, Prediction>(model);

        var expected = _ml.Data.CreateEnumerable<Prediction>(model.Transform(data), reuseRowObject: false).Take(40).ToList();

        foreach (var (message, prediction) in Message.Make(40).Zip(expected))
        {
            var single = engine.Predict(message);
            Assert.AreEqual(prediction.PredictedLabel, single.PredictedLabel);
            foreach (var (one, other) in prediction.Score.Zip(single.Score))
                Assert.AreEqual(one, other, 1e-5f);
        }
    }

    [TestMethod]
    public void Steps_may_come_before_and_after()
    {
        var data = _ml.Data.LoadFromEnumerable(Message.Make(45));
        var pipeline = _ml.Transforms.Conversion.MapValueToKey("Kind", "Label")
            .Append(_ml.Transforms.CopyColumns("Body", "Text"))
            .AppendCacheCheckpoint(_ml)
            .Append(_ml.TextClassification.Trainers.BlockLlm(TinyModel.Open(), labelColumnName: "Kind", textColumnName: "Body", epochs: 1))
            .Append(_ml.Transforms.CopyColumns("Probabilities", "Score"))
            .Append(_ml.Transforms.Conversion.MapKeyToValue("PredictedLabel"));

        var model = pipeline.Fit(data);
        using var disposing = model as IDisposable;
        var scored = model.Transform(data);

        CollectionAssert.AreEqual(Message.Make(45).Select(m => m.Text).ToList(), scored.GetColumn<string>("Text").ToList());
        Assert.AreEqual(3, scored.GetColumn<float[]>("Probabilities").First().Length);
        CollectionAssert.IsSubsetOf(scored.GetColumn<string>("PredictedLabel").Distinct().ToList(), new[] { "greeting", "parting", "question" });
    }

    [TestMethod]
    public void Text_classification_is_reached_without_extension_properties_too() =>
        Assert.IsInstanceOfType<BlockLlmTextClassificationTrainer>(_ml.GetTextClassification().Trainers.BlockLlm(TinyModel.Open()));

    [TestMethod]
    public void Pairs_of_texts_are_classified_by_both()
    {
        // The class is whether both texts begin with the same word, which neither says alone.
        var rows = Enumerable.Range(0, 240).Select(i => new Pair
        {
            Label = i % 4 is 0 or 3 ? "same" : "other",
            First = i % 2 == 0 ? "hello" : "bye",
            Second = i % 4 < 2 ? "hello" : "bye",
        });
        var data = Pipelines.KeyLabels(_ml, _ml.Data.LoadFromEnumerable(rows));
        using var model = Pipelines.Trainer(_ml, Pipelines.Options with { TextColumnName = "First", SecondTextColumnName = "Second", Epochs = 10 }).Fit(data);

        var metrics = _ml.MulticlassClassification.Evaluate(model.Transform(data));

        Assert.IsTrue(metrics.MicroAccuracy > 0.95, $"Accuracy is {metrics.MicroAccuracy}.");
    }

    private sealed class Pair
    {
        public string Label { get; set; } = "";

        public string First { get; set; } = "";

        public string Second { get; set; } = "";
    }

    private sealed class Prediction
    {
        public string PredictedLabel { get; set; } = "";

        public float[] Score { get; set; } = [];
    }
}
