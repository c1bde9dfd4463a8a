using Microsoft.ML.BlockLlm.Optimizers;
using Microsoft.ML.BlockLlm.Training;

namespace Microsoft.ML.BlockLlm.Tool;

/// <summary>What the trainers freeze and always train beside what they are told: a pretrained model's embeddings, and the matrix of a language model's head, are frozen; a classifier's new head is always active.</summary>
internal static class TrainerDefaults
{
    /// <summary>Options as the optimizer gets them.</summary>
    /// <param name="options">The options given.</param>
    /// <param name="model">The model.</param>
    /// <param name="task">What it is trained for.</param>
    /// <param name="freezeEmbeddings">Whether embeddings are frozen.</param>
    public static BlockLlmOptimizerOptions Apply(BlockLlmOptimizerOptions options, ModelMemory model, PlanTask task, bool freezeEmbeddings = true)
    {
        string[] embeddings = [.. model.Stages[0].Parameters.Select(parameter => parameter.Name)];
        string[] head = [.. model.Stages[^1].Parameters.Select(parameter => parameter.Name)];
        if (task == PlanTask.Classify)
            return options with { Frozen = [.. options.Frozen, .. freezeEmbeddings ? embeddings : []], AlwaysActive = [.. options.AlwaysActive, .. head] };
        return freezeEmbeddings
            ? options with { Frozen = [.. options.Frozen, .. embeddings, .. head.Where(name => name.EndsWith("lm_head.weight", StringComparison.Ordinal))] }
            : options;
    }
}
