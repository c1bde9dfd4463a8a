using Microsoft.ML.BlockLlm.Models;
using Microsoft.ML.BlockLlm.Training;

namespace Microsoft.ML.BlockLlm.Tool;

/// <summary>What the trainers do unless told otherwise: size of batches, and what they freeze and always train. Of a pretrained model embeddings and the matrix of a language model's head are frozen, of a new one always trained; so is a classifier's new head.</summary>
internal static class TrainerDefaults
{
    /// <summary>The longest sequence that a language model is trained on unless more is asked for, in tokens.</summary>
    private const int LongestSequence = 1024;

    /// <summary>How many texts go through the model at once.</summary>
    public static int BatchSizeOf(PlanTask task) => task == PlanTask.Lm ? new LanguageModelSettings().BatchSize : new ClassifySettings().BatchSize;

    /// <summary>How many tokens of a text are read at most.</summary>
    public static int LengthOf(PlanTask task, ModelConfig config) => task == PlanTask.Lm ? Math.Min(LongestSequence, config.MaxTokens) : config.MaxTokens;

    /// <summary>Whether the best weights are kept: a classifier's data is split for validation, and a language model's only where a file for it is named.</summary>
    public static bool KeepsBest(PlanTask task) => task == PlanTask.Classify && new ClassifySettings() is { RestoreBest: true, ValidationFraction: > 0 };

    /// <summary>The parameters of a classifier that are special.</summary>
    /// <param name="model">The model.</param>
    /// <param name="freezeEmbeddings">Whether embeddings are frozen.</param>
    public static ParameterRoles OfClassifier(ModelMemory model, bool freezeEmbeddings = true) => new()
    {
        Frozen = freezeEmbeddings ? [.. NamesIn(model.Stages[0])] : [],
        AlwaysTrained = [.. NamesIn(model.Stages[^1])],
    };

    /// <summary>The parameters of a language model that are special.</summary>
    /// <param name="model">The model.</param>
    /// <param name="isPretrained">Whether training begins with weights, rather than with new ones.</param>
    /// <param name="freezeEmbeddings">Whether embeddings and head are frozen, if that is said; null for what the trainer does by itself.</param>
    public static ParameterRoles OfLanguageModel(ModelMemory model, bool isPretrained, bool? freezeEmbeddings = null)
    {
        string[] embeddings = [.. NamesIn(model.Stages[0]), .. NamesIn(model.Stages[^1]).Where(name => name.EndsWith("lm_head.weight", StringComparison.Ordinal))];
        if (freezeEmbeddings ?? isPretrained)
            return new ParameterRoles { Frozen = embeddings };
        return freezeEmbeddings is null ? new ParameterRoles { AlwaysTrained = embeddings } : ParameterRoles.None;
    }

    private static IEnumerable<string> NamesIn(StageMemory stage) => stage.Parameters.Select(parameter => parameter.Name);
}
