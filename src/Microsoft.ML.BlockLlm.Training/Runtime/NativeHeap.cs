using System.Runtime.InteropServices;

namespace Microsoft.ML.BlockLlm.Training;

/// <summary>Settings of the C library's heap, from which libtorch takes the tensors of the CPU.</summary>
/// <remarks>
/// Every step frees its activations and takes them again. What glibc does between the two decides how much memory a process needs beside its
/// tensors, and how often the system has to clear memory page by page: <see cref="FreedMemory"/>.
/// Does nothing where the C library is another one.
/// </remarks>
public static partial class NativeHeap
{
    private const int TrimThreshold = -1;
    private const int MmapThreshold = -3;
    private const int OneGibibyte = 1 << 30;
    private const int SmallTensor = 1 << 16;

    /// <summary>Lets glibc do with freed memory what is asked.</summary>
    /// <param name="freedMemory">What is asked.</param>
    public static void Set(FreedMemory freedMemory)
    {
        if (freedMemory == FreedMemory.Kept)
            SetThresholds(OneGibibyte);
        else
            ReturnFreedMemory();
    }

    /// <summary>Gives every tensor of 64 KiB or more a mapping of its own, which ends with it, and gives back what is free now.</summary>
    private static void ReturnFreedMemory()
    {
        SetThresholds(SmallTensor);
        Try(() => malloc_trim(0));
    }

    private static void SetThresholds(int bytes) => Try(() => mallopt(MmapThreshold, bytes) & mallopt(TrimThreshold, bytes));

    private static void Try(Func<int> setting)
    {
        if (!OperatingSystem.IsLinux())
            return;
        try
        {
            _ = setting();
        }
        catch (Exception exception) when (exception is DllNotFoundException or EntryPointNotFoundException)
        {
            // musl has neither, and no need of them.
        }
    }

    [LibraryImport("libc.so.6")]
    private static partial int mallopt(int parameter, int value);

    [LibraryImport("libc.so.6")]
    private static partial int malloc_trim(nuint pad);
}
