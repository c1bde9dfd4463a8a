using Microsoft.ML.Runtime;
using TorchSharp;
using static TorchSharp.torch;

namespace Microsoft.ML.BlockLlm;

/// <summary>Where trainers and transformers compute: on the GPU that <see cref="MLContext.GpuDeviceId"/> names, else on the CPU.</summary>
/// <remarks>
/// All that depends on the device follows from what is given out here: models are made on it, batches and targets come to it, gradients and
/// optimizer state stay where the parameters are, and scores and saved weights come back to the CPU.
/// </remarks>
internal static class ComputeDevice
{
    /// <summary>The device that the context of an environment asks for.</summary>
    /// <param name="environment">The environment, or a host made from it: it has the context's settings of that moment.</param>
    /// <param name="channel">Is warned where the CPU stands in for a GPU.</param>
    /// <exception cref="InvalidOperationException">The GPU is not there, and <see cref="MLContext.FallbackToCpu"/> is false.</exception>
    public static Device Of(IHostEnvironment environment, IChannel channel)
    {
        var settings = (IHostEnvironmentInternal)environment;
        if (settings.GpuDeviceId is not { } id)
            return CPU;
        if (Missing(id) is not { } reason)
            return device(DeviceType.CUDA, id);
        if (!settings.FallbackToCpu)
        {
            throw new InvalidOperationException(
                $"MLContext.GpuDeviceId is {id}, but {reason}. Mend that, set GpuDeviceId to null to compute on the CPU, or set FallbackToCpu to true to do so where the GPU is missing.");
        }
        channel.Warning(MessageSensitivity.None, $"MLContext.GpuDeviceId is {id}, but {reason}. Computing on the CPU, which is much slower.");
        return CPU;
    }

    private static string? Missing(int id)
    {
        if (!cuda.is_available())
            return "TorchSharp finds no GPU that it can use: it takes an NVIDIA GPU with its driver, and the package TorchSharp-cuda-linux or TorchSharp-cuda-windows in place of TorchSharp-cpu";
        var count = cuda.device_count();
        return id >= 0 && id < count ? null : $"the machine has {count} {(count == 1 ? "GPU" : "GPUs")}, counted from 0";
    }
}
