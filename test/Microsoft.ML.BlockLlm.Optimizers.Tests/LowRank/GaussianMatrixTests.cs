using TorchSharp;
using static TorchSharp.torch;

namespace Microsoft.ML.BlockLlm.Optimizers.Tests;

[TestClass]
public class GaussianMatrixTests
{
    [TestMethod]
    public void Entries_have_mean_0_and_variance_1_and_one_in_twenty_exceeds_1_96()
    {
        using var scope = NewDisposeScope();
        var matrix = GaussianMatrix.Create(300, 333, key: 5, CPU);
        Assert.AreEqual(0, matrix.mean().ToDouble(), 0.02);
        Assert.AreEqual(1, matrix.square().mean().ToDouble(), 0.02);
        Assert.AreEqual(0.05, matrix.abs().gt(1.96).to(ScalarType.Float32).mean().ToDouble(), 0.005);
    }

    [TestMethod]
    public void Equal_keys_give_equal_matrices_and_others_give_others()
    {
        using var scope = NewDisposeScope();
        var matrix = GaussianMatrix.Create(3, 5, key: 5, CPU);
        CollectionAssert.AreEqual(Mlp.Values(matrix), Mlp.Values(GaussianMatrix.Create(3, 5, key: 5, CPU)));
        Assert.AreEqual(15, matrix.ne(GaussianMatrix.Create(3, 5, key: 6, CPU)).sum().ToInt64());
    }
}
