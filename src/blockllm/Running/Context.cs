using Microsoft.ML.Runtime;

namespace Microsoft.ML.BlockLlm.Tool;

/// <summary>Makes the ML.NET context of a command.</summary>
internal static class Context
{
    /// <summary>A context that computes where it is told to and passes warnings on.</summary>
    /// <param name="seed">Fixes what is drawn at random. Default null: nothing is fixed.</param>
    /// <param name="gpu">The GPU to compute on. Default null: the CPU.</param>
    /// <param name="warn">Takes the warnings, one line each. Default null: the standard error stream.</param>
    public static MLContext Create(int? seed = null, int? gpu = null, Action<string>? warn = null)
    {
        var ml = new MLContext(seed) { GpuDeviceId = gpu, FallbackToCpu = false };
        ml.Log += (_, message) =>
        {
            if (message.Kind is ChannelMessageKind.Warning && message.Source.StartsWith("BlockLlm", StringComparison.Ordinal))
                (warn ?? Console.Error.WriteLine)($"warning: {message.RawMessage}");
        };
        return ml;
    }
}
