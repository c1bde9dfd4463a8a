using static TorchSharp.torch;

namespace Microsoft.ML.BlockLlm.Training;

/// <summary>How many threads libtorch computes with.</summary>
/// <remarks>
/// Builds of libtorch differ in what they start with: Debian's with one thread, the packages of TorchSharp with one for each core.
/// So whoever computes says it once, before any work.
/// </remarks>
public static class TorchThreads
{
    /// <summary>Sets the number of threads of one operation.</summary>
    /// <param name="count">The number; null for one for each core that the process may use.</param>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="count"/> is less than 1.</exception>
    public static void Set(int? count = null)
    {
        var threads = count ?? Environment.ProcessorCount;
        ArgumentOutOfRangeException.ThrowIfLessThan(threads, 1, nameof(count));
        if (get_num_threads() != threads)
            set_num_threads(threads);
    }
}
