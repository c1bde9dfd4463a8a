using System.Diagnostics;
using Microsoft.ML.BlockLlm.Training;

namespace LanguageModelBenchmark;

/// <summary>
/// Measures training in the CPU time of the process, which other processes do not lengthen as they do the time on the wall, evaluates in between, and ends training when its time is up.
/// </summary>
internal sealed class CpuClock(double limit, int interval, Func<HeldOutLoss> evaluate, CancellationTokenSource timeLimit) : IProgress<TrainingProgress>
{
    private readonly double _start = Now;
    private readonly List<(long Step, double Seconds, HeldOutLoss Loss)> _heldOut = [];
    private double _evaluations;

    /// <summary>Held-out loss after so many steps and seconds of training, evaluations left out.</summary>
    public IReadOnlyList<(long Step, double Seconds, HeldOutLoss Loss)> HeldOut => _heldOut;

    public void Report(TrainingProgress value)
    {
        var now = Now;
        var trained = now - _start - _evaluations;
        if (value.Step % interval != 0 && trained < limit)
            return;
        _heldOut.Add((value.Step, trained, evaluate()));
        _evaluations += Now - now;
        if (trained >= limit)
            timeLimit.Cancel();
    }

    private static double Now
    {
        get
        {
            using var process = Process.GetCurrentProcess();
            return process.TotalProcessorTime.TotalSeconds;
        }
    }
}
