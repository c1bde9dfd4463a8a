using TorchSharp.Modules;
using static TorchSharp.torch;

namespace Microsoft.ML.BlockLlm.Optimizers.Tests;

[TestClass]
public class GradientNormsTests
{
    [TestMethod]
    [DataRow(ScalarType.BFloat16)]
    [DataRow(ScalarType.Float32)]
    public void A_gradient_of_several_pieces_has_the_norm_of_the_whole(ScalarType type)
    {
        using var scope = NewDisposeScope();
        using var generator = new Generator(3);
        // Three pieces and a part of one, with as many threads as there are.
        long size = (WeightState.PieceSizeOf(TorchSharp.DeviceType.CPU, 0) * 3) + 5;
        using var weights = new Parameter(zeros(size, dtype: type), true);
        using var optimizer = new AdamWOptimizer([("weights", weights)]);
        var gradient = randn(size, generator: generator).to(type);
        var expected = gradient.to(ScalarType.Float64).norm().item<double>();

        optimizer.Accumulate(weights, gradient);

        Assert.AreEqual(expected, optimizer.Update(0).GradientNorm, 1e-5 * expected);
    }
}
