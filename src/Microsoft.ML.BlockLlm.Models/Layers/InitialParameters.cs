using static TorchSharp.torch;

namespace Microsoft.ML.BlockLlm.Models;

/// <summary>Parameters of a model that begins without weights.</summary>
/// <param name="generator">The source of randomness; null for torch's default.</param>
/// <param name="standardDeviation">Standard deviation of the weights that begin at random.</param>
/// <param name="layerCount">How many layers the model has.</param>
/// <param name="dtype">The type that the parameters get, rounded from float32 so that a seed means the same ones; null for float32.</param>
internal sealed class InitialParameters(Generator? generator = null, double standardDeviation = 0.02, int layerCount = 1, ScalarType? dtype = null) : ParameterSource
{
    private readonly ScalarType _type = WeightType.Of(dtype);

    public override Tensor Take(string name, long[] shape, Initial initial)
    {
        var values = Take(shape, initial);
        if (_type == float32)
            return values;
        using (values)
            return values.to_type(_type);
    }

    private Tensor Take(long[] shape, Initial initial) => initial switch
    {
        Initial.Normal => empty(shape, float32, CPU).normal_(0, standardDeviation, generator),
        Initial.ResidualNormal => empty(shape, float32, CPU).normal_(0, standardDeviation / Math.Sqrt(2.0 * layerCount), generator),
        Initial.Zeros => zeros(shape, float32, CPU),
        Initial.Ones => ones(shape, float32, CPU),
        _ => throw new ArgumentOutOfRangeException(nameof(initial)),
    };
}
