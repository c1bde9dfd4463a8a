namespace Microsoft.ML.BlockLlm.Training;

/// <summary>What becomes of the memory of tensors that are freed, where the C library is glibc. It concerns the whole process.</summary>
public enum FreedMemory
{
    /// <summary>
    /// The heap keeps it for the next tensors: the fastest. But an aligned block of glibc fits into no hole of its own size, so the heap grows
    /// to about one and a half times what the tensors take.
    /// </summary>
    Kept,

    /// <summary>
    /// It goes back to the system at once, so that the process takes what a <see cref="MemoryPlan"/> says. A step takes longer, since the system
    /// clears the pages of every new tensor; docs/benchmarks.md says how much.
    /// </summary>
    Returned,
}
