using static TorchSharp.torch;

namespace Microsoft.ML.BlockLlm.Optimizers;

/// <summary>
/// Stochastic rounding to bfloat16 (Gupta et al., arXiv 1502.02551) in one update. What is drawn follows from the seed, the number of the update and
/// the order of the calls: there is no generator to save.
/// </summary>
/// <param name="seed">The seed of the run.</param>
/// <param name="update">Number of the update.</param>
internal sealed class StochasticRounding(int seed, long update)
{
    private const int SignificantBits = 8;

    private long _calls;

    /// <summary>
    /// Rounds x to the bfloat16 below or above it, up with probability (x − below) / (above − below): E[rounded] = x. Values below 1.2e-38 go to
    /// the nearest.
    /// </summary>
    /// <param name="values">The values, float32.</param>
    /// <returns>The rounded values, bfloat16; the caller's to dispose.</returns>
    public Tensor Round(Tensor values)
    {
        using var scope = NewDisposeScope();
        using var generator = new Generator(SplitMix64.Mix((ulong)seed ^ SplitMix64.Mix((ulong)update ^ SplitMix64.Mix((ulong)_calls++))));
        // On the CPU, where alone TorchSharp has generators besides the global ones; so all devices draw the same.
        var uniform = rand(values.shape, generator: generator).to(values.device);
        var (mantissa, exponent) = values.frexp();
        var scaled = mantissa.mul_(1 << SignificantBits);
        var below = scaled.floor();
        var isUp = uniform.lt(scaled.sub_(below));
        return below.add_(isUp).ldexp(exponent.sub_(SignificantBits)).to(ScalarType.BFloat16).MoveToOuterDisposeScope();
    }
}
