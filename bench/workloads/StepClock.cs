using System.Diagnostics;
using Microsoft.ML.BlockLlm.Training;

/// <summary>A step, and the processor time of the process in it.</summary>
internal sealed record ClockedStep(StepTime Time, TimeSpan Cpu, bool Selected);

/// <summary>Notes the time of each step.</summary>
internal sealed class StepClock : IProgress<TrainingProgress>
{
    private readonly List<ClockedStep> _steps = [];
    private TimeSpan _before = Cpu;

    public IReadOnlyList<ClockedStep> Steps => _steps;

    private static TimeSpan Cpu
    {
        get
        {
            using var process = Process.GetCurrentProcess();
            return process.TotalProcessorTime;
        }
    }

    public void Report(TrainingProgress value) => Add(value.Time, value.Reselected);

    public void Add(StepTime time, bool selected = false)
    {
        var now = Cpu;
        _steps.Add(new ClockedStep(time, now - _before, selected));
        _before = now;
    }
}
