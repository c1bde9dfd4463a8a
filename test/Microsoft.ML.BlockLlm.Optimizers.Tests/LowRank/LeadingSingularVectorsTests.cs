using TorchSharp;
using static TorchSharp.torch;

namespace Microsoft.ML.BlockLlm.Optimizers.Tests;

[TestClass]
public class LeadingSingularVectorsTests
{
    [TestMethod]
    public void Subspace_iteration_finds_what_a_full_decomposition_does()
    {
        using var scope = NewDisposeScope();
        // Singular values 8, 4, 2, 1 and noise.
        var left = linalg.qr(GaussianMatrix.Create(20, 4, key: 1, CPU)).Q;
        var right = linalg.qr(GaussianMatrix.Create(50, 4, key: 2, CPU)).Q;
        var matrix = (left * tensor([8f, 4, 2, 1])).mm(right.t()).add_(GaussianMatrix.Create(20, 50, key: 3, CPU), alpha: 1e-3);

        var exact = LeadingSingularVectors.Exact(matrix, rank: 3);
        var randomized = LeadingSingularVectors.Randomized(matrix, rank: 3, oversampling: 2, powerIterations: 2, key: 4);

        Assert.IsTrue(exact.allclose(randomized, atol: 1e-4));
    }

    [TestMethod]
    public void The_vectors_are_orthonormal_even_of_a_gradient_of_zeros()
    {
        using var scope = NewDisposeScope();
        foreach (var matrix in new[] { GaussianMatrix.Create(6, 9, key: 1, CPU), zeros(6, 9) })
        {
            foreach (var vectors in new[] { LeadingSingularVectors.Exact(matrix, 3), LeadingSingularVectors.Randomized(matrix, 3, 1, 2, key: 4) })
                Assert.IsTrue(vectors.t().mm(vectors).allclose(tensor([1f, 0, 0, 0, 1, 0, 0, 0, 1]).view(3, 3), atol: 1e-5));
        }
    }

    [TestMethod]
    public void The_largest_entry_of_each_is_positive()
    {
        using var scope = NewDisposeScope();
        var matrix = GaussianMatrix.Create(6, 9, key: 1, CPU);
        var opposite = LeadingSingularVectors.Exact(matrix.neg(), 3);
        Assert.IsTrue(LeadingSingularVectors.Exact(matrix, 3).allclose(opposite, atol: 1e-5));
        Assert.IsTrue(opposite.amax(0).eq(opposite.abs().amax(0)).all().ToBoolean());
    }
}
