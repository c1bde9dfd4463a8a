using static TorchSharp.torch;

namespace Microsoft.ML.BlockLlm.Optimizers.Tests;

[TestClass]
public class NormGrowthLimiterTests
{
    [TestMethod]
    public void Norms_grow_by_no_more_than_the_limit_and_fall_as_they_like() =>
        CollectionAssert.AreEqual(new[] { 2, 2.2, 1, 1.1, 1.21 }, Limited(2, 9, 1, 5, 5));

    [TestMethod]
    public void A_step_of_zero_limits_nothing() => CollectionAssert.AreEqual(new double[] { 0, 3 }, Limited(0, 3));

    /// <summary>What becomes of steps of some norms at a limit of 1.1.</summary>
    private static double[] Limited(params double[] norms)
    {
        using var limiter = new NormGrowthLimiter(1.1);
        return [.. norms.Select(norm =>
        {
            using var step = tensor([(float)(0.6 * norm), (float)(0.8 * norm)]);
            limiter.Limit(step);
            float[] values = Mlp.Values(step);
            return Math.Round(Math.Sqrt((values[0] * values[0]) + (values[1] * values[1])), 4);
        })];
    }
}
