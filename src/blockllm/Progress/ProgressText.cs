using System.Globalization;
using Microsoft.ML.BlockLlm.Training;

namespace Microsoft.ML.BlockLlm.Tool;

/// <summary>Says how training stands.</summary>
/// <param name="weights">Weights of the model; null if that is not known before training.</param>
internal sealed class ProgressText(long? weights)
{
    /// <summary>All of it in one line, the step left out.</summary>
    public string Of(TrainingProgress progress) => $"{Update(progress)}, {Left(progress)} left{(Validation(progress) is { } validation ? $"; {validation}" : "")}";

    /// <summary>The figures of an update.</summary>
    public string Update(TrainingProgress progress)
    {
        var active = weights is { } all
            ? string.Create(CultureInfo.InvariantCulture, $"{100.0 * progress.ActiveCoordinates / all:F1} % active")
            : string.Create(CultureInfo.InvariantCulture, $"{progress.ActiveCoordinates:N0} active");
        return string.Create(CultureInfo.InvariantCulture,
            $"loss {progress.SmoothedLoss:F4}, rate {progress.LearningRate:G3}, {progress.TokensPerSecond:F0} tokens/s, {progress.ResidentMemory >> 20} MiB, {active}");
    }

    /// <summary>The time that is left if the rest goes on as fast as what was done.</summary>
    public static string Left(TrainingProgress progress)
    {
        var left = progress.Elapsed / progress.Step * (progress.TotalSteps - progress.Step);
        return left.TotalHours >= 1
            ? string.Create(CultureInfo.InvariantCulture, $"{(int)left.TotalHours}:{left.Minutes:00}:{left.Seconds:00}")
            : string.Create(CultureInfo.InvariantCulture, $"{left.Minutes}:{left.Seconds:00}");
    }

    /// <summary>The evaluation made after the update; null if none was.</summary>
    public static string? Validation(TrainingProgress progress)
    {
        if (progress.Validation is not { } validation)
            return null;
        var accuracy = double.IsFinite(validation.Accuracy) ? string.Create(CultureInfo.InvariantCulture, $", accuracy {100 * validation.Accuracy:F1} %") : "";
        return string.Create(CultureInfo.InvariantCulture, $"validation: loss {validation.Loss:F4}{accuracy}");
    }
}
