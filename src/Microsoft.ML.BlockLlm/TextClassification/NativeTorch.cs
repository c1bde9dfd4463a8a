using TorchSharp;

namespace Microsoft.ML.BlockLlm;

/// <summary>Says in one sentence what is missing when TorchSharp has no native library to compute with.</summary>
internal static class NativeTorch
{
    /// <exception cref="DllNotFoundException">There is none, or it cannot be loaded.</exception>
    public static void Require()
    {
        try
        {
            using var probe = torch.empty(0);
        }
        catch (Exception exception) when (exception is TypeInitializationException or DllNotFoundException or NotSupportedException or BadImageFormatException)
        {
            var reason = exception.GetBaseException().Message;
            throw new DllNotFoundException(
                "TorchSharp found no native library to compute with. Add the package TorchSharp-cpu (or TorchSharp-cuda-linux, TorchSharp-cuda-windows), " +
                $"in the version of TorchSharp, to the application. The cause: {reason}", exception);
        }
    }
}
