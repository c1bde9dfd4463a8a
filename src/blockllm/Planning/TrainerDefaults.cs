using Microsoft.ML.BlockLlm.Training;

namespace Microsoft.ML.BlockLlm.Tool;

/// <summary>What the trainers freeze and always train beside what they are told: a pretrained model's embeddings, and the matrix of a language model's head, are frozen; a classifier's new head is always active.</summary>
internal static class TrainerDefaults
{
    /// <summary>The parameters that are special.</summary>
    /// <param name="model">The model.</param>
    /// <param name="task">What it is trained for.</param>
    /// <param name="freezeEmbeddings">Whether embeddings are frozen.</param>
    public static ParameterRoles Roles(ModelMemory model, PlanTask task, bool freezeEmbeddings = true)
    {
        string[] embeddings = [.. model.Stages[0].Parameters.Select(parameter => parameter.Name)];
        string[] head = [.. model.Stages[^1].Parameters.Select(parameter => parameter.Name)];
        if (task == PlanTask.Classify)
            return new ParameterRoles { Frozen = freezeEmbeddings ? embeddings : [], AlwaysTrained = head };
        return freezeEmbeddings
            ? new ParameterRoles { Frozen = [.. embeddings, .. head.Where(name => name.EndsWith("lm_head.weight", StringComparison.Ordinal))] }
            : ParameterRoles.None;
    }
}
