namespace Microsoft.ML.BlockLlm.Tool;

/// <summary>What is in a model file that <c>train</c> has saved.</summary>
/// <param name="File">The file.</param>
/// <param name="Kind">What the model is for.</param>
/// <param name="Columns">The columns it was trained with.</param>
/// <param name="Labels">The classes of a classifier; null for a language model.</param>
/// <param name="Parameters">Weights of the model.</param>
/// <param name="Steps">Updates that training made.</param>
/// <param name="Loss">The smoothed loss at its end.</param>
/// <param name="ActiveShare">Mean share of the weights that an update changed.</param>
internal sealed record FileInspection(
    string File, PlanTask Kind, IReadOnlyList<string> Columns, IReadOnlyList<string>? Labels, long Parameters, long Steps, double Loss, double ActiveShare)
{
    /// <summary>Looks into a file.</summary>
    public static FileInspection Of(string path)
    {
        using var saved = SavedModel.Load(Context.Create(), path);
        var classifier = saved.Find<BlockLlmTextClassificationTransformer>();
        var summary = classifier?.TrainingSummary ?? saved.LanguageModel.TrainingSummary;
        return new(
            path, classifier is null ? PlanTask.Lm : PlanTask.Classify, [.. saved.InputSchema.Select(column => column.Name)], classifier?.Labels,
            summary.Weights, summary.Steps, summary.SmoothedLoss, summary.ActiveShare);
    }
}
