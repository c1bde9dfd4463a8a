using static TorchSharp.torch;

namespace Microsoft.ML.BlockLlm.Optimizers;

/// <summary>The left singular vectors of a matrix with the largest singular values.</summary>
internal static class LeadingSingularVectors
{
    /// <summary>
    /// Randomised subspace iteration (Halko, Martinsson and Tropp 2011, arXiv 0909.4061, algorithms 4.4 and 5.1): Q spans A·Ω with a Gaussian Ω of a few more columns than
    /// wanted, and after each power iteration A·(AᵀQ), both orthonormalised; the singular vectors of the small QᵀA are then turned back by Q.
    /// </summary>
    /// <param name="matrix">A, float32 [rows, columns], with rows ≤ columns.</param>
    /// <param name="rank">How many vectors.</param>
    /// <param name="oversampling">How many columns of Ω more than that, as far as A has rows.</param>
    /// <param name="powerIterations">How many power iterations.</param>
    /// <param name="key">What Ω is drawn with.</param>
    /// <returns>The vectors, orthonormal, float32 [rows, rank], their signs as <see cref="FixSigns"/> says; the caller's to dispose.</returns>
    public static Tensor Randomized(Tensor matrix, int rank, int oversampling, int powerIterations, ulong key)
    {
        using var scope = NewDisposeScope();
        using var omega = GaussianMatrix.Create(matrix.shape[1], Math.Min(rank + oversampling, matrix.shape[0]), key, matrix.device);
        var range = Orthonormal(matrix.mm(omega));
        for (int i = 0; i < powerIterations; i++)
            range = Orthonormal(matrix.mm(Orthonormal(matrix.t().mm(range))));
        var (u, _, _) = linalg.svd(range.t().mm(matrix), fullMatrices: false);
        return FixSigns(range.mm(u.narrow(1, 0, rank))).MoveToOuterDisposeScope();
    }

    /// <summary>By a full decomposition.</summary>
    /// <inheritdoc cref="Randomized"/>
    public static Tensor Exact(Tensor matrix, int rank)
    {
        using var scope = NewDisposeScope();
        var (u, _, _) = linalg.svd(matrix, fullMatrices: false);
        return FixSigns(u.narrow(1, 0, rank)).MoveToOuterDisposeScope();
    }

    private static Tensor Orthonormal(Tensor matrix) => linalg.qr(matrix).Q;

    /// <summary>
    /// A singular vector and its opposite are equally right. Each is turned so that its entry of largest magnitude is positive, and no library's choice of signs decides what comes out.
    /// </summary>
    private static Tensor FixSigns(Tensor vectors)
    {
        var largest = vectors.abs().argmax(0, keepdim: true);
        return vectors * vectors.gather(0, largest).sign();
    }
}
