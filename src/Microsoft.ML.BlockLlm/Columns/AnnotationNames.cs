namespace Microsoft.ML.BlockLlm.Columns;

/// <summary>Names and values of the annotations by which ML.NET's evaluators and mappings find scores and labels.</summary>
internal static class AnnotationNames
{
    public const string KeyValues = nameof(KeyValues);
    public const string SlotNames = nameof(SlotNames);
    public const string TrainingLabelValues = nameof(TrainingLabelValues);
    public const string ScoreColumnSetId = nameof(ScoreColumnSetId);
    public const string ScoreColumnKind = nameof(ScoreColumnKind);
    public const string ScoreValueKind = nameof(ScoreValueKind);

    public const string MulticlassClassification = nameof(MulticlassClassification);
    public const string Score = nameof(Score);
    public const string PredictedLabel = nameof(PredictedLabel);
}
