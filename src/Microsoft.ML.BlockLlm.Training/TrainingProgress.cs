using System.Globalization;

namespace Microsoft.ML.BlockLlm.Training;

/// <summary>How training stands after one update; reported through <see cref="IProgress{T}"/>.</summary>
public sealed record TrainingProgress
{
    /// <summary>Updates made so far.</summary>
    public required long Step { get; init; }

    /// <summary>Updates that the whole run makes if nothing ends it early.</summary>
    public required long TotalSteps { get; init; }

    /// <summary>The pass through the data that this update belongs to, from 1.</summary>
    public required int Epoch { get; init; }

    /// <summary>Mean loss over the examples of this update.</summary>
    public required double Loss { get; init; }

    /// <summary>Exponential moving average of the loss (factor 0.95, bias-corrected).</summary>
    public required double SmoothedLoss { get; init; }

    /// <summary>Share of the targets of this update that the model had right before it, in [0, 1]; NaN if the targets are no class indices.</summary>
    public required double Accuracy { get; init; }

    /// <summary>The learning rate of this update.</summary>
    public required double LearningRate { get; init; }

    /// <summary>Euclidean norm of the active gradients before clipping.</summary>
    public required double GradientNorm { get; init; }

    /// <summary>How many weights this update trained, the always-active ones included. Sign steps of BlockLLM, which are outside its budget, are not counted.</summary>
    public required long ActiveCoordinates { get; init; }

    /// <summary>How many of them are outside the budget because they are always active.</summary>
    public required long AlwaysActiveCoordinates { get; init; }

    /// <summary>Names of the blocks that the active coordinates lie in, always-active ones left out.</summary>
    public required IReadOnlyList<string> ActiveBlocks { get; init; }

    /// <summary>How many selections of the optimizer took each block so far, by its name; empty for a method that chooses no blocks.</summary>
    public required IReadOnlyDictionary<string, long> Visits { get; init; }

    /// <summary>Whether the active coordinates were chosen anew for this update.</summary>
    public required bool Reselected { get; init; }

    /// <summary>Where the time of this update went.</summary>
    public required StepTime Time { get; init; }

    /// <summary>Tokens, padding left out, trained on per second of this update.</summary>
    public required double TokensPerSecond { get; init; }

    /// <summary>Memory of the process that is resident now, in bytes.</summary>
    public required long ResidentMemory { get; init; }

    /// <summary>Time that the run has taken, before interruptions included.</summary>
    public required TimeSpan Elapsed { get; init; }

    /// <summary>The evaluation made after this update; null if none was made.</summary>
    public EvaluationResult? Validation { get; init; }

    /// <summary>Says how training stands in one line, independent of the culture.</summary>
    public override string ToString()
    {
        var parts = new List<string> { string.Create(CultureInfo.InvariantCulture, $"Step {Step} of {TotalSteps} (epoch {Epoch}): loss {SmoothedLoss:F4}") };
        if (double.IsFinite(Accuracy))
            parts.Add($"accuracy of the batch {Percent(Accuracy)}");
        parts.Add(string.Create(CultureInfo.InvariantCulture,
            $"learning rate {LearningRate:G3}, {ActiveCoordinates} weights active, {TokensPerSecond:F0} tokens/s, {ResidentMemory >> 20} MiB resident."));
        var line = string.Join(", ", parts);
        if (Validation is null)
            return line;
        var accuracy = double.IsFinite(Validation.Accuracy) ? $", accuracy {Percent(Validation.Accuracy)}" : "";
        return string.Create(CultureInfo.InvariantCulture, $"{line} Validation: loss {Validation.Loss:F4}{accuracy}.");
    }

    private static string Percent(double share) => string.Create(CultureInfo.InvariantCulture, $"{share * 100:F1} %");
}
