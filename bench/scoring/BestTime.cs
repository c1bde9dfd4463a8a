using System.Diagnostics;

namespace ScoringBenchmark;

/// <summary>The shortest time of some tries, in seconds on the wall and of the processor.</summary>
internal readonly record struct BestTime(double Wall, double Cpu)
{
    public static BestTime Of(int times, Action action)
    {
        var tries = Enumerable.Range(0, times).Select(_ => Once(action)).ToArray();
        return new(tries.Min(time => time.Wall), tries.Min(time => time.Cpu));
    }

    private static BestTime Once(Action action)
    {
        var (started, cpu) = (Stopwatch.GetTimestamp(), ProcessorTime);
        action();
        return new(Stopwatch.GetElapsedTime(started).TotalSeconds, ProcessorTime - cpu);
    }

    private static double ProcessorTime
    {
        get
        {
            using var process = Process.GetCurrentProcess();
            return process.TotalProcessorTime.TotalSeconds;
        }
    }
}
