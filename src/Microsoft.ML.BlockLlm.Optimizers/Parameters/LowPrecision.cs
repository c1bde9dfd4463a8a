namespace Microsoft.ML.BlockLlm.Optimizers;

/// <summary>
/// How weights in 16-bit floats (bfloat16, with 8 significant bits) take updates, most of which are smaller than the spacing of such weights and
/// would be lost by rounding. Weights in 32-bit floats have no need of it.
/// </summary>
public enum LowPrecision
{
    /// <summary>
    /// Weights that are trained have a copy in 32-bit floats, 4 bytes each, from which they are rounded to the nearest. A weight that is no longer
    /// selected keeps its rounded value, and the copy goes. What else writes to the weights meanwhile is overwritten, unless <see cref="StagewiseOptimizer.WeightsReplaced"/> tells of it.
    /// </summary>
    MasterWeights,

    /// <summary>
    /// No copy: an updated weight is rounded up or down at random, the likelier the nearer, so that it is right on average (Gupta et al.,
    /// arXiv 1502.02551). Equal seeds give equal weights.
    /// </summary>
    StochasticRounding,
}
