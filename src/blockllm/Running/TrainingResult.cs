using System.Globalization;
using Microsoft.ML.BlockLlm.Training;

namespace Microsoft.ML.BlockLlm.Tool;

/// <summary>What training prints in the end.</summary>
/// <typeparam name="T">How the model is evaluated.</typeparam>
/// <param name="Model">The model file.</param>
/// <param name="StopReason">Why training ended.</param>
/// <param name="Steps">Updates made.</param>
/// <param name="Loss">The smoothed loss of the last update.</param>
/// <param name="ActiveShare">Mean share of the weights that an update changed.</param>
/// <param name="Seconds">How long training took.</param>
/// <param name="TokensPerSecond">Tokens trained on per second.</param>
/// <param name="PeakMemory">Largest resident memory, in bytes.</param>
/// <param name="Memory">What of it training took, beside the plan.</param>
/// <param name="Validation">How the model does on the validation data; null if there is none, or training was canceled.</param>
internal sealed record TrainingResult<T>(
    string Model, StopReason StopReason, long Steps, double Loss, double ActiveShare, double Seconds, double TokensPerSecond, long PeakMemory, TrainingMemory Memory, T? Validation) where T : class
{
    /// <summary>The exit code of the command.</summary>
    public int ExitCode() => WasCanceled ? Tool.ExitCode.Canceled : Tool.ExitCode.Success;

    public static TrainingResult<T> Of(string model, TrainingSummary summary, TrainingMemory memory, T? validation) => new(
        model, summary.StopReason, summary.Steps, summary.SmoothedLoss, summary.ActiveShare, summary.Time.Total.TotalSeconds, summary.TokensPerSecond, summary.PeakMemory, memory, validation);

    /// <summary>The result in words.</summary>
    public override string ToString()
    {
        var trained = string.Create(CultureInfo.InvariantCulture,
            $"{(WasCanceled ? "Canceled" : "Trained")} after {Steps} steps in {Seconds:F1} s: loss {Loss:F4}, {100 * ActiveShare:F1} % of the weights active, {TokensPerSecond:F0} tokens/s, peak {PeakMemory >> 20} MiB.");
        return string.Join('\n', [trained, .. Validation is null ? Array.Empty<string>() : [Validation.ToString()!], $"Saved to {Model}."]);
    }

    private bool WasCanceled => StopReason == StopReason.Canceled;
}
