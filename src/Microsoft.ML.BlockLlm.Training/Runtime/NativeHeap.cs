using System.Runtime.InteropServices;

namespace Microsoft.ML.BlockLlm.Training;

/// <summary>Settings of the C library's heap, from which libtorch takes the tensors of the CPU.</summary>
/// <remarks>
/// Every step frees its activations and takes them again. glibc gives freed memory at the end of its heap back to the system, which then
/// has to clear it anew, page by page: in bench/step that more than doubled the page faults of the process. Kept for the next step,
/// it costs nothing: the peak is the same.
/// </remarks>
public static partial class NativeHeap
{
    private const int TrimThreshold = -1;
    private const int MmapThreshold = -3;
    private const int OneGibibyte = 1 << 30;

    /// <summary>Lets glibc keep up to a gibibyte of freed memory for reuse. Does nothing where the C library is another one.</summary>
    public static void KeepFreedMemory()
    {
        if (!OperatingSystem.IsLinux())
            return;
        try
        {
            _ = mallopt(MmapThreshold, OneGibibyte);
            _ = mallopt(TrimThreshold, OneGibibyte);
        }
        catch (Exception exception) when (exception is DllNotFoundException or EntryPointNotFoundException)
        {
            // musl has no mallopt, and no need of it.
        }
    }

    [LibraryImport("libc.so.6")]
    private static partial int mallopt(int parameter, int value);
}
