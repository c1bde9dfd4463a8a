using System.Diagnostics;
using Microsoft.ML.BlockLlm.Training;

/// <summary>A step, the processor time of the process in it, and the first of the blocks that it trained.</summary>
internal sealed record ClockedStep(StepTime Time, TimeSpan Cpu, bool Selected, string? Block);

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

    public void Report(TrainingProgress value) => Add(value.Time, value.Reselected, value.ActiveBlocks is [var first, ..] ? first : null);

    public void Add(StepTime time, bool selected = false, string? block = null)
    {
        var now = Cpu;
        _steps.Add(new ClockedStep(time, now - _before, selected, block));
        _before = now;
    }
}
