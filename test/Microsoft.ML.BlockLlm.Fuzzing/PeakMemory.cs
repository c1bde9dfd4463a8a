using Microsoft.ML.BlockLlm.Training;

namespace Microsoft.ML.BlockLlm.Fuzzing;

/// <summary>The most memory that the process has had since a moment, that of libtorch included. Only Linux lets a process forget its peak.</summary>
internal static class PeakMemory
{
    private const string Forget = "/proc/self/clear_refs";
    private const string OnlyThePeak = "5";

    /// <summary>Whether it can be measured.</summary>
    public static bool IsMeasured { get; } = File.Exists(Forget);

    /// <summary>Runs something, and says by how many bytes the process grew meanwhile at its largest; 0 where that cannot be measured.</summary>
    public static long GrowthIn(Action action)
    {
        if (IsMeasured)
            File.WriteAllText(Forget, OnlyThePeak);
        var before = ProcessMemory.Resident;
        action();
        return IsMeasured ? ProcessMemory.Peak - before : 0;
    }
}
