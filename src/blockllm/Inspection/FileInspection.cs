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
/// <param name="Model">The model itself.</param>
internal sealed record FileInspection(
    string File, PlanTask Kind, IReadOnlyList<string> Columns, IReadOnlyList<string>? Labels, long Parameters, long Steps, double Loss, double ActiveShare, FolderInspection Model)
{
    /// <summary>Looks into a file.</summary>
    /// <param name="path">The file.</param>
    /// <param name="sparsity">Share of the weights that BlockLLM leaves alone.</param>
    public static FileInspection Of(string path, double sparsity)
    {
        using var saved = SavedModel.Load(Context.Create(), path);
        var classifier = saved.Find<BlockLlmTextClassificationTransformer>();
        var summary = classifier?.TrainingSummary ?? saved.LanguageModel.TrainingSummary;
        return new(
            path, classifier is null ? PlanTask.Lm : PlanTask.Classify, [.. saved.InputSchema.Select(column => column.Name)], classifier?.Labels,
            summary.Weights, summary.Steps, summary.SmoothedLoss, summary.ActiveShare, ModelOf(saved, classifier, sparsity) with { Folder = path });
    }

    /// <summary>The model as the folder shows it that it is exported to.</summary>
    private static FolderInspection ModelOf(SavedModel saved, BlockLlmTextClassificationTransformer? classifier, double sparsity)
    {
        var folder = Directory.CreateTempSubdirectory("blockllm-inspect-").FullName;
        try
        {
            if (classifier is null)
                saved.LanguageModel.SaveAsHuggingFace(folder);
            else
                classifier.SaveAsHuggingFace(folder);
            return FolderInspection.Of(folder, sparsity, classifier?.NumberOfClasses);
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }
}
