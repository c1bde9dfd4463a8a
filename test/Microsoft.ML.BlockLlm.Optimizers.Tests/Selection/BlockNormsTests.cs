namespace Microsoft.ML.BlockLlm.Optimizers.Tests;

[TestClass]
public class BlockNormsTests
{
    [TestMethod]
    public void Without_smoothing_the_last_measurement_counts()
    {
        var norms = new BlockNorms(1, smoothing: 0);
        norms.Observe(0, 5);
        norms.Observe(0, 2);
        Assert.AreEqual(2, norms[0]);
    }

    [TestMethod]
    public void Smoothing_starts_at_the_first_measurement_and_moves_by_its_share()
    {
        var norms = new BlockNorms(1, smoothing: 0.75);
        norms.Observe(0, 4);
        Assert.AreEqual(4, norms[0]);
        norms.Observe(0, 8);
        Assert.AreEqual((0.75 * 4) + (0.25 * 8), norms[0]);
    }

    [TestMethod]
    public void A_block_not_measured_counts_as_the_largest_norm_known()
    {
        var norms = new BlockNorms(3, smoothing: 0);
        Assert.AreEqual(1, norms[2]);
        norms.Observe(0, 7);
        norms.Observe(1, 3);
        Assert.AreEqual(7, norms[2]);
    }
}
