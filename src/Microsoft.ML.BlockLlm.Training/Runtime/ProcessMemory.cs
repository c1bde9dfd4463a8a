using System.Diagnostics;

namespace Microsoft.ML.BlockLlm.Training;

/// <summary>Resident memory of this process, native memory of libtorch included.</summary>
public static class ProcessMemory
{
    /// <summary>Bytes in memory now.</summary>
    public static long Resident => Environment.WorkingSet;

    /// <summary>Most bytes in memory since the process started (on Linux VmHWM); where the system does not say, those of now.</summary>
    public static long Peak
    {
        get
        {
            using var process = Process.GetCurrentProcess();
            return Math.Max(process.PeakWorkingSet64, Resident);
        }
    }
}
