using static TorchSharp.torch;

namespace Microsoft.ML.BlockLlm.Models;

/// <summary>The types that a model's weights can have in memory.</summary>
internal static class WeightType
{
    /// <summary>The type that was asked for: float32 by default.</summary>
    /// <exception cref="ArgumentException">Models do not compute in it.</exception>
    public static ScalarType Of(ScalarType? dtype) => dtype is null or ScalarType.Float32 or ScalarType.BFloat16
        ? dtype ?? ScalarType.Float32
        : throw new ArgumentException($"dtype is {dtype}. Models compute in float32 or bfloat16; leave it out for float32.", nameof(dtype));
}
