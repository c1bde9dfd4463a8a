using static TorchSharp.torch;

namespace Microsoft.ML.BlockLlm.Training.Tests;

internal static class LiveTensors
{
    /// <summary>Number of tensors that exist, without those that other tests left to the garbage collector: these must not go while a test counts.</summary>
    public static long CountBeforeTest()
    {
        GC.Collect();
        GC.WaitForPendingFinalizers();
        return Tensor.TotalCount;
    }
}
