namespace Microsoft.ML.BlockLlm.Optimizers;

/// <summary>How the gradient of a block is measured for its score.</summary>
public enum BlockScore
{
    /// <summary>‖g_b‖ / f_b: the Euclidean norm over the visit share (arXiv 2406.17296).</summary>
    GradientNorm,

    /// <summary>‖g_b‖ / (√size_b · f_b): the root mean square, so that small blocks stand beside large ones.</summary>
    SizeNormalized,
}

internal static class BlockScores
{
    /// <summary>Score of a block.</summary>
    /// <param name="score">How to measure.</param>
    /// <param name="gradientNorm">Euclidean norm of the gradient of the block.</param>
    /// <param name="size">Number of weights of the block.</param>
    /// <param name="visitShare">Its visit share, above 0.</param>
    public static double Of(this BlockScore score, double gradientNorm, long size, double visitShare) => score switch
    {
        BlockScore.SizeNormalized => gradientNorm / Math.Sqrt(Math.Max(1, size)) / visitShare,
        _ => gradientNorm / visitShare,
    };
}
