using System.Diagnostics;
using Microsoft.ML.BlockLlm.Training;

/// <summary>Notes the time of each step, and the processor time of the process in it.</summary>
internal sealed class StepClock : IProgress<TrainingProgress>
{
    private readonly List<(StepTime Time, TimeSpan Cpu)> _steps = [];
    private TimeSpan _before = Cpu;

    public IReadOnlyList<(StepTime Time, TimeSpan Cpu)> Steps => _steps;

    private static TimeSpan Cpu
    {
        get
        {
            using var process = Process.GetCurrentProcess();
            return process.TotalProcessorTime;
        }
    }

    public void Report(TrainingProgress value) => Add(value.Time);

    public void Add(StepTime time)
    {
        var now = Cpu;
        _steps.Add((time, now - _before));
        _before = now;
    }
}
