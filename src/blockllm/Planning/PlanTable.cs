using Microsoft.ML.BlockLlm.Optimizers;
using Microsoft.ML.BlockLlm.Training;
using static TorchSharp.torch;

namespace Microsoft.ML.BlockLlm.Tool;

/// <summary>What memory each method takes to train a model.</summary>
/// <param name="Model">The model's name or folder, or the file with the shape of a new one.</param>
/// <param name="Task">What it is trained for.</param>
/// <param name="Weights">How many weights it has.</param>
/// <param name="Rows">The methods.</param>
internal sealed record PlanTable(string Model, PlanTask Task, long Weights, IReadOnlyList<PlanRow> Rows)
{
    /// <summary>Plans for every method, with all activations kept and with all computed again; or, with a limit, for the largest batch that fits.</summary>
    /// <param name="model">The model.</param>
    /// <param name="task">What it is trained for.</param>
    /// <param name="classes">Number of classes of a classifier.</param>
    /// <param name="batch">The batch.</param>
    /// <param name="sparsity">Share of the weights that BlockLLM leaves alone.</param>
    /// <param name="weightPrecision">The type of the weights.</param>
    /// <param name="keepsBest">Whether the best weights are kept.</param>
    /// <param name="accumulates">Whether several batches give their gradients to one update.</param>
    /// <param name="limit">Most bytes to have at hand; null for a plan of the batch that is given.</param>
    public static PlanTable Of(
        PlannedModel model, PlanTask task, int classes, BatchShape batch, double sparsity, WeightPrecision weightPrecision, bool keepsBest, bool accumulates, long? limit)
    {
        var type = weightPrecision == WeightPrecision.Bfloat16 ? ScalarType.BFloat16 : ScalarType.Float32;
        var memory = task == PlanTask.Lm ? ModelMemory.OfLanguageModel(model.Config, type) : ModelMemory.OfClassifier(model.Config, classes, type);
        var roles = task == PlanTask.Lm ? TrainerDefaults.OfLanguageModel(memory, model.IsPretrained) : TrainerDefaults.OfClassifier(memory);
        var training = new PlannedTraining(memory, batch, keepsBest, accumulates);
        var rows = Methods(roles, sparsity, model.IsPretrained).SelectMany(method => limit is { } bytes
            ? [PlanRow.Of(method.Name, training.Fit(method.Memory, bytes))]
            : new[] { Recompute.None, Recompute.All }.Select(recompute => PlanRow.Of(method.Name, training.Plan(method.Memory, recompute))));
        return new(model.Name, task, memory.Parameters.Sum(parameter => parameter.Size), [.. rows]);
    }

    /// <summary>Every method as the trainers set it up, but AdamW on all weights, embeddings too. A new model has no use for adapters.</summary>
    private static IEnumerable<(string Name, MethodMemory Memory)> Methods(ParameterRoles roles, double sparsity, bool isPretrained)
    {
        var blockLlm = new BlockLlmOptimizerOptions { Sparsity = sparsity };
        var share = FormattableString.Invariant($"BlockLLM, s = {sparsity}");
        yield return (share, TrainingMethod.BlockLlm(blockLlm).Memory(roles));
        yield return (share + ", 8-bit moments", TrainingMethod.BlockLlm(blockLlm with { Moments = MomentPrecision.EightBit }).Memory(roles));
        yield return ("AdamW, all weights", new AdamWMemory());
        yield return ("AdamW, 8-bit moments", new AdamWMemory(new AdamWOptimizerOptions { Moments = MomentPrecision.EightBit }));
        foreach (var method in TrainingMethod.All.Where(method => method.Name is not ("BlockLlm" or "AdamW") && (isPretrained || !method.TrainsAdapters)))
            yield return (method.Name, method.Memory(roles));
    }
}

/// <summary>What a model is trained for.</summary>
internal enum PlanTask
{
    Classify,
    Lm,
}
