namespace Microsoft.ML.BlockLlm.Optimizers.Tests;

[TestClass]
public class BlockScoreTests
{
    [TestMethod]
    public void Score_is_the_norm_over_the_visit_share() =>
        Assert.AreEqual(6.0 / 0.25, BlockScore.GradientNorm.Of(gradientNorm: 6, size: 9, visitShare: 0.25));

    [TestMethod]
    public void Size_normalized_score_takes_the_root_mean_square() =>
        Assert.AreEqual(2.0 / 0.25, BlockScore.SizeNormalized.Of(gradientNorm: 6, size: 9, visitShare: 0.25));
}
