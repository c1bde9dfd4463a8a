using System.Globalization;
using System.Text.Json.Serialization;

namespace Microsoft.ML.BlockLlm.Tool;

/// <summary>How well a classifier does on labelled rows.</summary>
/// <param name="Rows">How many rows have a label that the model knows.</param>
/// <param name="UnknownLabels">How many have another, or none; they count for nothing.</param>
/// <param name="Accuracy">Share of the rows whose likeliest class is theirs.</param>
/// <param name="MacroAccuracy">Mean over the classes of the share of its rows that is put into it.</param>
/// <param name="LogLoss">Mean negative log-likelihood of the rows' classes, in nats.</param>
/// <param name="Labels">The classes, in the order of <paramref name="Confusion"/>.</param>
/// <param name="Confusion">How many rows of each class (outer index) were put into each (inner index).</param>
/// <param name="MostSurelyWrong">Rows that are put into another class than theirs, the surest first.</param>
internal sealed record ClassifierEvaluation(
    int Rows, int UnknownLabels, double Accuracy, double MacroAccuracy, double LogLoss, IReadOnlyList<string> Labels, int[][] Confusion, IReadOnlyList<WrongPrediction> MostSurelyWrong)
{
    private const int ExamplesShown = 10;

    /// <summary>Scores rows.</summary>
    /// <exception cref="InvalidOperationException">No row has a label that the model knows.</exception>
    public static ClassifierEvaluation Of(MLContext ml, ITransformer model, BlockLlmTextClassificationTransformer classifier, IDataView data)
    {
        // Evaluation and the confusion matrix both read the scores; cached, they are computed once.
        var scored = ml.Data.Cache(model.Transform(data));
        var labels = classifier.Labels ?? throw new InvalidOperationException("The model does not know the names of its classes.");
        var confusion = labels.Select(_ => new int[labels.Count]).ToArray();
        var wrong = new PriorityQueue<WrongPrediction, float>();
        var unknown = 0;
        foreach (var row in ml.Data.CreateEnumerable<ScoredRow>(scored, reuseRowObject: false))
        {
            if (row.Label == 0)
            {
                unknown++;
                continue;
            }

            var actual = (int)row.Label - 1;
            var predicted = Array.IndexOf(row.Score, row.Score.Max());
            confusion[actual][predicted]++;
            if (predicted != actual)
                Keep(wrong, new WrongPrediction(row.Text, labels[actual], labels[predicted], row.Score[predicted]));
        }

        var rows = confusion.Sum(counts => counts.Sum());
        if (rows == 0)
            throw new InvalidOperationException($"No row of the data has a label that the model knows. It knows: {string.Join(", ", labels)}.");
        var metrics = ml.MulticlassClassification.Evaluate(scored);
        return new(rows, unknown, metrics.MicroAccuracy, metrics.MacroAccuracy, metrics.LogLoss, labels, confusion, [.. wrong.UnorderedItems.Select(item => item.Element).OrderByDescending(item => item.Probability)]);
    }

    /// <summary>The figures by name.</summary>
    [JsonIgnore]
    public IReadOnlyList<(string Figure, string Value)> Figures =>
    [
        ("accuracy", Accuracy.ToString("F4", CultureInfo.InvariantCulture)),
        ("accuracy, mean over the classes", MacroAccuracy.ToString("F4", CultureInfo.InvariantCulture)),
        ("log-loss", LogLoss.ToString("F4", CultureInfo.InvariantCulture)),
        ("rows", Rows.ToString(CultureInfo.InvariantCulture)),
    ];

    /// <summary>The evaluation in words.</summary>
    public override string ToString()
    {
        var width = Labels.Max(label => label.Length);
        var lines = new List<string>
        {
            string.Create(CultureInfo.InvariantCulture, $"Accuracy {100 * Accuracy:F2} %, mean over the classes {100 * MacroAccuracy:F2} %, log-loss {LogLoss:F4}, on {Rows} rows."),
        };
        if (UnknownLabels > 0)
            lines.Add($"{UnknownLabels} more rows have labels that the model does not know.");
        foreach (var (label, counts) in Labels.Zip(Confusion))
            lines.Add($"  {label.PadRight(width)}  {string.Join(", ", counts.Index().Where(item => item.Item > 0).Select(item => $"{item.Item} as {Labels[item.Index]}"))}");
        return string.Join('\n', lines);
    }

    private static void Keep(PriorityQueue<WrongPrediction, float> wrong, WrongPrediction prediction)
    {
        wrong.Enqueue(prediction, prediction.Probability);
        if (wrong.Count > ExamplesShown)
            wrong.Dequeue();
    }

    private sealed class ScoredRow
    {
        /// <summary>The class as ML.NET's key: from 1, and 0 if the model does not know it.</summary>
        public uint Label { get; set; }

        public string Text { get; set; } = "";

        public float[] Score { get; set; } = [];
    }
}

/// <summary>A row that a classifier gets wrong.</summary>
/// <param name="Text">Its text.</param>
/// <param name="Label">Its class.</param>
/// <param name="Predicted">The class it is put into.</param>
/// <param name="Probability">The probability that the model gives to that.</param>
internal sealed record WrongPrediction(string Text, string Label, string Predicted, float Probability);
