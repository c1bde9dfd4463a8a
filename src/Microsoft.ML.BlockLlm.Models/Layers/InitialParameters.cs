using static TorchSharp.torch;

namespace Microsoft.ML.BlockLlm.Models;

/// <summary>Parameters of a model that begins without weights.</summary>
/// <param name="generator">The source of randomness; null for torch's default.</param>
internal sealed class InitialParameters(Generator? generator = null) : ParameterSource
{
    private const double StandardDeviation = 0.02;

    public override Tensor Take(string name, long[] shape, Initial initial) => initial switch
    {
        Initial.Normal => empty(shape, float32, CPU).normal_(0, StandardDeviation, generator),
        Initial.Zeros => zeros(shape, float32, CPU),
        Initial.Ones => ones(shape, float32, CPU),
        _ => throw new ArgumentOutOfRangeException(nameof(initial)),
    };
}
