namespace Microsoft.ML.Data;

internal static class AnnotationUtils
{
    /// <summary>The names of the annotations that ML.NET knows.</summary>
    public static class Kinds
    {
        public const string SlotNames = "SlotNames";
        public const string KeyValues = "KeyValues";
        public const string ScoreColumnSetId = "ScoreColumnSetId";
        public const string ScoreColumnKind = "ScoreColumnKind";
        public const string ScoreValueKind = "ScoreValueKind";
        public const string TrainingLabelValues = "TrainingLabelValues";
    }
}
