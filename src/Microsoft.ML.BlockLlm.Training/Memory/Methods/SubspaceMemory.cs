using Microsoft.ML.BlockLlm.Optimizers;

namespace Microsoft.ML.BlockLlm.Training;

/// <summary>What optimizers hold that project onto singular vectors: a basis of each matrix, and for a moment what its decomposition takes.</summary>
/// <param name="options">Its options.</param>
public abstract class SubspaceMemory(SubspaceOptimizerOptions options) : LowRankMemory(options)
{
    /// <inheritdoc/>
    private protected override long OwnBytes(ParameterSize matrix) => NumberSize * BasisSize(matrix);

    /// <summary>
    /// For a matrix [k, l] with s random directions: by subspace iteration three matrices [k, s], and as many of [l, s] as hold Ω, a product, its orthogonal part, Qᵀ·A and its decomposition; exactly, both factors and a
    /// copy.
    /// </summary>
    private protected long DecompositionBytes(ParameterSize matrix)
    {
        long smaller = Math.Min(matrix.Rows, matrix.Columns), larger = Math.Max(matrix.Rows, matrix.Columns), directions = Math.Min(options.Rank + options.Oversampling, smaller);
        return NumberSize * (options.ExactDecomposition ? (smaller * smaller) + (2 * smaller * larger) : ((3 * smaller) + (5 * larger)) * directions);
    }
}
