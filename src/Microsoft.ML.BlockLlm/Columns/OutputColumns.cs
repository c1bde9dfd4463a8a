using Microsoft.ML.Data;

namespace Microsoft.ML.BlockLlm.Columns;

/// <summary>The columns that a classifier adds, annotated as those of ML.NET's multiclass trainers so that evaluators and key mappings understand them.</summary>
/// <param name="PredictedLabel">Name of the column with the likeliest class: a key.</param>
/// <param name="Score">Name of the column with the probabilities: a vector of single-precision numbers.</param>
internal sealed record OutputColumns(string PredictedLabel, string Score)
{
    private static readonly KeyDataViewType ScoreSetId = new(typeof(uint), int.MaxValue);

    /// <summary>The schema after scoring: <paramref name="input"/> with the columns <see cref="PredictedLabel"/> and <see cref="Score"/> at its end.</summary>
    /// <param name="input">The schema before scoring.</param>
    /// <param name="classes">Number of classes.</param>
    /// <param name="labels">What the classes stand for, if they stand for anything.</param>
    public DataViewSchema AppendTo(DataViewSchema input, int classes, LabelValues? labels)
    {
        var setId = NextScoreSetId(input);

        var predictedLabel = new DataViewSchema.Annotations.Builder();
        labels?.AddTo(predictedLabel, AnnotationNames.KeyValues);
        AddScoreAnnotations(predictedLabel, setId, AnnotationNames.PredictedLabel);

        var score = new DataViewSchema.Annotations.Builder();
        if (labels is not null)
        {
            var names = new VBuffer<ReadOnlyMemory<char>>(classes, [.. labels.Names.Select(name => name.AsMemory())]);
            score.Add(AnnotationNames.SlotNames, new VectorDataViewType(TextDataViewType.Instance, classes),
                (ref VBuffer<ReadOnlyMemory<char>> value) => names.CopyTo(ref value));
            labels.AddTo(score, AnnotationNames.TrainingLabelValues);
        }
        AddScoreAnnotations(score, setId, AnnotationNames.Score);

        var builder = new DataViewSchema.Builder();
        builder.AddColumns(input);
        builder.AddColumn(PredictedLabel, new KeyDataViewType(typeof(uint), classes), predictedLabel.ToAnnotations());
        builder.AddColumn(Score, new VectorDataViewType(NumberDataViewType.Single, classes), score.ToAnnotations());
        return builder.ToSchema();
    }

    /// <summary>The shape of the schema after scoring, known before there is any data.</summary>
    public SchemaShape AppendTo(SchemaShape input, string labelColumn)
    {
        List<SchemaShape.Column> ofPredictedLabel = [], ofScore = [];
        if (LabelValues.TypeIn(input.First(column => column.Name == labelColumn)) is PrimitiveDataViewType type)
        {
            ofPredictedLabel.Add(SchemaShapeColumn.Vector(AnnotationNames.KeyValues, type));
            ofScore.Add(SchemaShapeColumn.Vector(AnnotationNames.SlotNames, TextDataViewType.Instance));
            ofScore.Add(SchemaShapeColumn.Vector(AnnotationNames.TrainingLabelValues, type));
        }
        SchemaShape.Column[] ofBoth =
        [
            SchemaShapeColumn.Scalar(AnnotationNames.ScoreColumnSetId, NumberDataViewType.UInt32, isKey: true),
            SchemaShapeColumn.Scalar(AnnotationNames.ScoreColumnKind, TextDataViewType.Instance),
            SchemaShapeColumn.Scalar(AnnotationNames.ScoreValueKind, TextDataViewType.Instance),
        ];
        return new SchemaShape(
        [
            .. input.Where(column => column.Name != PredictedLabel && column.Name != Score),
            SchemaShapeColumn.Scalar(PredictedLabel, NumberDataViewType.UInt32, isKey: true, new SchemaShape([.. ofPredictedLabel, .. ofBoth])),
            SchemaShapeColumn.Vector(Score, NumberDataViewType.Single, new SchemaShape([.. ofScore, .. ofBoth])),
        ]);
    }

    private static void AddScoreAnnotations(DataViewSchema.Annotations.Builder annotations, uint setId, string valueKind)
    {
        annotations.Add(AnnotationNames.ScoreColumnSetId, ScoreSetId, (ref uint value) => value = setId);
        AddText(annotations, AnnotationNames.ScoreColumnKind, AnnotationNames.MulticlassClassification);
        AddText(annotations, AnnotationNames.ScoreValueKind, valueKind);
    }

    private static void AddText(DataViewSchema.Annotations.Builder annotations, string name, string text) =>
        annotations.Add(name, TextDataViewType.Instance, (ref ReadOnlyMemory<char> value) => value = text.AsMemory());

    /// <summary>Columns that one scorer made share a number, by which an evaluator tells them from those of another scorer in the same data.</summary>
    private static uint NextScoreSetId(DataViewSchema schema)
    {
        uint last = 0;
        foreach (var column in schema)
        {
            if (column.Annotations.Schema.GetColumnOrNull(AnnotationNames.ScoreColumnSetId)?.Type is not KeyDataViewType { RawType: var raw } || raw != typeof(uint))
                continue;
            uint id = 0;
            column.Annotations.GetValue(AnnotationNames.ScoreColumnSetId, ref id);
            last = Math.Max(last, id);
        }
        return last + 1;
    }
}
