using System.Text.Json;
using Microsoft.ML.Data;

namespace Microsoft.ML.BlockLlm.Standins.Tests.MLNet;

[TestClass]
public sealed class EvaluateTests
{
    private const double Tolerance = 1e-6;

    private readonly MLContext _ml = new(seed: 1);

    [TestMethod]
    public void Metrics_agree_with_numpy()
    {
        using var file = JsonDocument.Parse(File.ReadAllText(Path.Combine(AppContext.BaseDirectory, "MLNet", "golden", "multiclass_metrics.json")));
        var golden = file.RootElement;
        var rows = golden.GetProperty("labels").EnumerateArray().Zip(golden.GetProperty("scores").EnumerateArray(), (label, scores) => new FloatLabel
        {
            Label = label.GetInt32(),
            Score = scores.EnumerateArray().Select(score => (float)score.GetDouble()).ToArray(),
        }).ToArray();

        var metrics = _ml.MulticlassClassification.Evaluate(_ml.Data.LoadFromEnumerable(rows), topKPredictionCount: golden.GetProperty("topK").GetInt32());

        Assert.AreEqual(golden.GetProperty("microAccuracy").GetDouble(), metrics.MicroAccuracy, Tolerance);
        Assert.AreEqual(golden.GetProperty("macroAccuracy").GetDouble(), metrics.MacroAccuracy, Tolerance);
        Assert.AreEqual(golden.GetProperty("logLoss").GetDouble(), metrics.LogLoss, Tolerance);
        Assert.AreEqual(golden.GetProperty("logLossReduction").GetDouble(), metrics.LogLossReduction, Tolerance);
        AssertEqual(golden.GetProperty("perClassLogLoss"), metrics.PerClassLogLoss);
        AssertEqual(golden.GetProperty("topKAccuracyForAllK"), metrics.TopKAccuracyForAllK);
        AssertEqual(golden.GetProperty("precision"), metrics.ConfusionMatrix.PerClassPrecision);
        AssertEqual(golden.GetProperty("recall"), metrics.ConfusionMatrix.PerClassRecall);
        Assert.AreEqual(metrics.TopKAccuracyForAllK[^1], metrics.TopKAccuracy);
        foreach (var (expected, actual) in golden.GetProperty("confusion").EnumerateArray().Zip(metrics.ConfusionMatrix.Counts))
            AssertEqual(expected, actual);
    }

    [TestMethod]
    public void A_key_label_of_1_is_the_first_class()
    {
        var metrics = _ml.MulticlassClassification.Evaluate(_ml.Data.LoadFromEnumerable(new[]
        {
            new KeyLabel { Label = 1, Score = [0.9f, 0.1f] },
            new KeyLabel { Label = 2, Score = [0.2f, 0.8f] },
        }));

        Assert.AreEqual(1, metrics.MicroAccuracy);
        Assert.AreEqual(-(Math.Log(0.9f) + Math.Log(0.8f)) / 2, metrics.LogLoss, Tolerance);
    }

    [TestMethod]
    public void Rows_without_a_label_or_with_a_score_that_is_not_finite_do_not_count()
    {
        var metrics = _ml.MulticlassClassification.Evaluate(_ml.Data.LoadFromEnumerable(new[]
        {
            new KeyLabel { Label = 1, Score = [0.9f, 0.1f] },
            new KeyLabel { Label = 0, Score = [0.1f, 0.9f] },
            new KeyLabel { Label = 1, Score = [float.NaN, 0.9f] },
            new KeyLabel { Label = 2, Score = [0.9f, 0.1f] },
        }));

        Assert.AreEqual(0.5, metrics.MicroAccuracy);
    }

    [TestMethod]
    public void Of_equal_scores_the_first_is_the_prediction()
    {
        var metrics = _ml.MulticlassClassification.Evaluate(_ml.Data.LoadFromEnumerable(new[] { new KeyLabel { Label = 2, Score = [0.5f, 0.5f] } }));

        Assert.AreEqual(0, metrics.MicroAccuracy);
        Assert.AreEqual(1, metrics.ConfusionMatrix.GetCountForClassPair(predictedClassIndicatorIndex: 0, actualClassIndicatorIndex: 1));
    }

    [TestMethod]
    public void Without_top_k_there_is_no_top_k_accuracy()
    {
        var metrics = _ml.MulticlassClassification.Evaluate(_ml.Data.LoadFromEnumerable(new[] { new KeyLabel { Label = 1, Score = [0.9f, 0.1f] } }));

        Assert.AreEqual(0, metrics.TopKAccuracy);
        Assert.IsNull(metrics.TopKAccuracyForAllK);
    }

    [TestMethod]
    public void The_confusion_table_shows_counts_precision_and_recall()
    {
        var metrics = _ml.MulticlassClassification.Evaluate(_ml.Data.LoadFromEnumerable(new[]
        {
            new KeyLabel { Label = 1, Score = [0.9f, 0.1f] },
            new KeyLabel { Label = 2, Score = [0.8f, 0.2f] },
            new KeyLabel { Label = 2, Score = [0.2f, 0.8f] },
        }));

        string expected = string.Join(Environment.NewLine,
            "",
            "Confusion table",
            "          ||======================",
            "PREDICTED ||        0 |        1 | Recall",
            "TRUTH     ||======================",
            "        0 ||        1 |        0 | 1.0000",
            "        1 ||        1 |        1 | 0.5000",
            "          ||======================",
            "Precision ||   0.5000 |   1.0000 |",
            "");
        Assert.AreEqual(expected, metrics.ConfusionMatrix.GetFormattedConfusionTable());
    }

    [TestMethod]
    public void A_label_of_the_wrong_type_is_named_with_its_column()
    {
        var data = _ml.Data.LoadFromEnumerable(new[] { new TextLabel { Label = "a", Score = [0.9f, 0.1f] } });

        var exception = Assert.ThrowsExactly<ArgumentOutOfRangeException>(() => _ml.MulticlassClassification.Evaluate(data));

        StringAssert.Contains(exception.Message, "Schema mismatch for label column 'Label': expected Single or Key, got String");
    }

    [TestMethod]
    public void A_score_of_the_wrong_type_is_named_with_its_column()
    {
        var data = _ml.Data.LoadFromEnumerable(new[] { new KeyLabel { Label = 1, Score = [0.9f, 0.1f] } });

        var exception = Assert.ThrowsExactly<ArgumentOutOfRangeException>(() => _ml.MulticlassClassification.Evaluate(data, scoreColumnName: "PredictedLabel"));

        StringAssert.Contains(exception.Message, "Schema mismatch for score column 'PredictedLabel'");
    }

    [TestMethod]
    public void Cross_validation_fits_on_each_fold_and_scores_the_rest()
    {
        var rows = Enumerable.Range(0, 200).Select(i => new TextLabel { Label = i % 2 == 0 ? "a" : "b", Score = [0.7f, 0.3f] }).ToArray();
        var estimator = _ml.Transforms.Conversion.MapValueToKey("Label", keyOrdinality: Transforms.ValueToKeyMappingEstimator.KeyOrdinality.ByValue);

        var results = _ml.MulticlassClassification.CrossValidate(_ml.Data.LoadFromEnumerable(rows), estimator, numberOfFolds: 4);

        CollectionAssert.AreEqual(new[] { 0, 1, 2, 3 }, results.Select(result => result.Fold).ToArray());
        Assert.AreEqual(rows.Length, results.Sum(result => result.ScoredHoldOutSet.GetColumn<uint>("Label").Count()));
        foreach (var result in results)
        {
            double shareOfFirstClass = result.ScoredHoldOutSet.GetColumn<uint>("Label").Average(key => key == 1 ? 1.0 : 0.0);
            Assert.AreEqual(shareOfFirstClass, result.Metrics.MicroAccuracy, Tolerance);
        }
    }

    private static void AssertEqual(JsonElement expected, IReadOnlyList<double> actual)
    {
        Assert.AreEqual(expected.GetArrayLength(), actual.Count);
        foreach (var (wanted, got) in expected.EnumerateArray().Zip(actual))
            Assert.AreEqual(wanted.GetDouble(), got, Tolerance);
    }

    private sealed class FloatLabel
    {
        public float Label { get; set; }

        [VectorType(4)]
        public float[] Score { get; set; } = [];

        public uint PredictedLabel { get; set; }
    }

    private sealed class KeyLabel
    {
        [KeyType(2)]
        public uint Label { get; set; }

        [VectorType(2)]
        public float[] Score { get; set; } = [];

        [KeyType(2)]
        public uint PredictedLabel { get; set; }
    }

    private sealed class TextLabel
    {
        public string Label { get; set; } = "";

        [VectorType(2)]
        public float[] Score { get; set; } = [];

        [KeyType(2)]
        public uint PredictedLabel { get; set; }
    }
}
