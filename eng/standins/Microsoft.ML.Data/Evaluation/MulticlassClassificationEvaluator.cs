using System.Globalization;
using System.Numerics;
using Microsoft.ML.Runtime;

namespace Microsoft.ML.Data;

/// <summary>Counts hits, ranks and losses over labelled, scored rows. Rows without a label or with a score that is not finite do not count.</summary>
internal sealed class MulticlassClassificationEvaluator
{
    private const float Epsilon = 1e-15f;

    private readonly double[] _rowsOfClass;
    private readonly double[] _lossOfClass;
    private readonly double[] _rowsOfRank;
    private readonly double[][] _confusion;
    private double _rows;
    private double _correct;
    private double _loss;

    private MulticlassClassificationEvaluator(int classCount)
    {
        _rowsOfClass = new double[classCount];
        _lossOfClass = new double[classCount];
        _rowsOfRank = new double[classCount + 1];
        _confusion = Enumerable.Range(0, classCount).Select(_ => new double[classCount]).ToArray();
    }

    public static MulticlassClassificationMetrics Evaluate(IDataView data, string labelName, string scoreName, string predictedLabelName, int topK)
    {
        var label = Find(data, "label", labelName);
        var score = Find(data, "score", scoreName);
        Find(data, "predicted label", predictedLabelName);
        if (score.Type is not VectorDataViewType { Size: >= 2 } scoreType || scoreType.ItemType != NumberDataViewType.Single)
            throw Contracts.ExceptSchemaMismatch("schema", "score", score.Name, "vector of two or more items of type Single", score.Type.ToString());
        if (label.Type != NumberDataViewType.Single && label.Type is not KeyDataViewType)
            throw Contracts.ExceptSchemaMismatch("schema", "label", label.Name, "Single or Key", label.Type.ToString());

        var evaluator = new MulticlassClassificationEvaluator(scoreType.Size);
        using (var cursor = data.GetRowCursor([label, score]))
        {
            var readLabel = CreateLabelReader(cursor, label);
            var readScore = cursor.GetGetter<VBuffer<float>>(score);
            VBuffer<float> scores = default;
            var dense = new float[scoreType.Size];
            while (cursor.MoveNext())
            {
                float value = readLabel();
                if (float.IsNaN(value) || value < 0 || value != (int)value)
                    continue;
                readScore(ref scores);
                Contracts.Check(scores.Length == dense.Length, $"Score vector of row {cursor.Position} has {scores.Length} items instead of {dense.Length}.");
                scores.CopyTo(dense);
                if (Array.TrueForAll(dense, float.IsFinite))
                    evaluator.Add((int)value, dense);
            }
        }
        return evaluator.Finish(topK, ClassNames(score, scoreType.Size));
    }

    private static DataViewSchema.Column Find(IDataView data, string role, string name) =>
        data.Schema.GetColumnOrNull(name) ?? throw Contracts.ExceptMissingColumn("schema", role, name);

    private static Func<float> CreateLabelReader(DataViewRow row, DataViewSchema.Column label)
    {
        if (label.Type is KeyDataViewType)
            return Generic.Invoke<Func<float>>(CreateKeyReader<uint>, label.Type.RawType, row, label);
        var getter = row.GetGetter<float>(label);
        return () =>
        {
            float value = 0;
            getter(ref value);
            return value;
        };
    }

    private static Func<float> CreateKeyReader<TKey>(DataViewRow row, DataViewSchema.Column label) where TKey : IUnsignedNumber<TKey>
    {
        var getter = row.GetGetter<TKey>(label);
        return () =>
        {
            TKey key = default;
            getter(ref key);
            return TKey.IsZero(key) ? float.NaN : float.CreateTruncating(key) - 1;
        };
    }

    private static string[] ClassNames(DataViewSchema.Column score, int count)
    {
        if (!score.HasSlotNames())
            return Enumerable.Range(0, count).Select(i => i.ToString(CultureInfo.InvariantCulture)).ToArray();
        VBuffer<ReadOnlyMemory<char>> names = default;
        score.GetSlotNames(ref names);
        return names.DenseValues().Select(name => name.ToString()).ToArray();
    }

    // A class that the scores do not know has probability 0, and its rank is the worst.
    private void Add(int label, float[] scores)
    {
        bool isKnown = label < scores.Length;
        float probability = isKnown ? scores[label] : 0;
        double loss = -Math.Log(isKnown ? Math.Clamp(probability, Epsilon, 1) : Epsilon);
        int rank = 0;
        int predicted = 0;
        for (int i = 0; i < scores.Length; i++)
        {
            // Of equal scores, the first counts as the higher.
            if (scores[i] > probability || (scores[i] == probability && i < label))
                rank++;
            if (scores[i] > scores[predicted])
                predicted = i;
        }
        _rows++;
        _loss += loss;
        _rowsOfRank[rank]++;
        if (rank == 0)
            _correct++;
        if (!isKnown)
            return;
        _rowsOfClass[label]++;
        _lossOfClass[label] += loss;
        _confusion[label][predicted]++;
    }

    private MulticlassClassificationMetrics Finish(int topK, string[] classNames)
    {
        double logLoss = _rows > 0 ? _loss / _rows : 0;
        double entropy = -_rowsOfClass.Where(rows => rows > 0).Sum(rows => rows / _rows * Math.Log(rows / _rows));
        var recalls = _rowsOfClass.Select((rows, i) => (rows, Hits: _confusion[i][i])).Where(c => c.rows > 0).Select(c => c.Hits / c.rows).ToArray();
        return new MulticlassClassificationMetrics
        {
            MicroAccuracy = _rows > 0 ? _correct / _rows : 0,
            MacroAccuracy = recalls.Length > 0 ? recalls.Average() : 0,
            LogLoss = logLoss,
            LogLossReduction = (entropy - logLoss) / entropy,
            PerClassLogLoss = _lossOfClass.Select((loss, i) => _rowsOfClass[i] > 0 ? loss / _rowsOfClass[i] : 0).ToArray(),
            TopKPredictionCount = topK,
            TopKAccuracyForAllK = topK > 0 ? Enumerable.Range(1, topK).Select(k => _rowsOfRank.Take(k).Sum() / _rows).ToArray() : null,
            ConfusionMatrix = new ConfusionMatrix(_confusion, classNames),
        };
    }
}
