using System.Runtime.InteropServices;
using Microsoft.ML.BlockLlm.Models;
using Microsoft.ML.BlockLlm.Optimizers;
using static TorchSharp.torch;

namespace Microsoft.ML.BlockLlm.Training;

/// <summary>Knows libtorch's errors for memory that is not there, and explains them.</summary>
/// <param name="model">The model.</param>
/// <param name="optimizer">Its optimizer.</param>
/// <param name="options">The options of the run.</param>
/// <param name="keepsBest">Whether the run keeps a copy of the best weights.</param>
internal sealed class MemoryShortage(StagedModel model, StagewiseOptimizer optimizer, TrainingOptions options, bool keepsBest)
{
    private const string HalfBatch = "half the BatchSize and twice the GradientAccumulation";

    // In libtorch's words: on the CPU, there under Windows, and on a GPU.
    private static readonly string[] s_words = ["can't allocate memory", "not enough memory", "out of memory"];

    /// <summary>Whether an error of libtorch is one of memory.</summary>
    public static bool Is(ExternalException exception) => s_words.Any(words => exception.Message.Contains(words, StringComparison.OrdinalIgnoreCase));

    public OutOfTrainingMemoryException Explain(long step, BatchGroup group, Exception cause)
    {
        var batch = new BatchShape(group.Batches.Max(item => item.Tokens.BatchSize), group.Batches.Max(item => item.Tokens.Length));
        return new OutOfTrainingMemoryException(
            $"There was no memory for update {step}, with {batch.BatchSize} texts of {batch.Length} tokens at once. {Planned(batch)}{Present} What helps: {Remedies(batch)}.", cause);
    }

    public OutOfTrainingMemoryException ExplainEvaluation(long step, Exception cause) => new(
        $"There was no memory for the evaluation after update {step}, with up to {options.BatchSize} texts at once. {Present} What helps: {EvaluationRemedies}.", cause);

    private static string Present => $"The process has {MiB(ProcessMemory.Resident)} resident, of {MiB(GC.GetGCMemoryInfo().TotalAvailableMemoryBytes)} that it may have.";

    // An evaluation keeps no activations for backward, so that computing them again saves nothing.
    private string EvaluationRemedies => string.Join(", or ", options.BatchSize > 1 ? OtherRemedies().Prepend(HalfBatch) : OtherRemedies());

    private bool Accumulates => options.GradientAccumulation > 1;

    private string Planned(BatchShape batch) => Plan(batch, options.Recompute, Accumulates) is { } plan ? $"The memory plan is {MiB(plan.Peak)}, at {plan.PeakMoment}. " : "";

    private string Remedies(BatchShape batch)
    {
        var remedies = new List<string>();
        if (options.Recompute != Recompute.All)
            remedies.Add($"Recompute = Recompute.All{Instead(batch, Recompute.All, Accumulates)}");
        if (batch.BatchSize > 1)
            remedies.Add($"{HalfBatch}{Instead(batch with { BatchSize = (batch.BatchSize + 1) / 2 }, options.Recompute, accumulates: true)}");
        return string.Join(", or ", remedies.Concat(OtherRemedies()));
    }

    private IEnumerable<string> OtherRemedies()
    {
        yield return "shorter texts";
        if (options.FreedMemory == FreedMemory.Kept)
            yield return "FreedMemory = FreedMemory.Returned";
        if (optimizer.Settings is AdamWOptimizerOptions { Moments: MomentPrecision.Full })
            yield return "Moments = MomentPrecision.EightBit";
    }

    private string Instead(BatchShape batch, Recompute recompute, bool accumulates) => Plan(batch, recompute, accumulates) is { } plan ? $" (planned: {MiB(plan.Peak)})" : "";

    private MemoryPlan? Plan(BatchShape batch, Recompute recompute, bool accumulates)
    {
        var method = TrainingMethod.Of(optimizer)?.Memory();
        var weightType = model.parameters().Any(parameter => parameter.dtype == ScalarType.BFloat16) ? ScalarType.BFloat16 : ScalarType.Float32;
        try
        {
            var memory = model switch
            {
                CausalLanguageModel languageModel => ModelMemory.OfLanguageModel(languageModel.Config, weightType),
                SequenceClassifier classifier => ModelMemory.OfClassifier(classifier.Config, classifier.ClassCount, weightType),
                _ => null,
            };
            return method is null || memory is null ? null : MemoryPlan.For(memory, method, batch, recompute, keepsBest, accumulates);
        }
        catch (NotSupportedException)
        {
            return null;
        }
    }

    private static string MiB(long bytes) => $"{bytes >> 20} MiB";
}
