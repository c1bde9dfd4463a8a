using Microsoft.ML.BlockLlm.Training;
using static TorchSharp.torch;

namespace Microsoft.ML.BlockLlm.Tool;

/// <summary>What the process takes before it has a model: the runtime, libtorch with its BLAS, and the data read so far.</summary>
internal static class MemoryBaseline
{
    private const int Size = 256;

    /// <summary>Loads what comes with the first computation, and then measures resident memory, in bytes.</summary>
    public static long Measure()
    {
        using var square = ones(Size, Size);
        using var product = square.matmul(square);
        return ProcessMemory.Resident;
    }
}
