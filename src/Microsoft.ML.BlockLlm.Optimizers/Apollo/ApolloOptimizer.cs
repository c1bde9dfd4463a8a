using TorchSharp.Modules;

namespace Microsoft.ML.BlockLlm.Optimizers;

/// <summary>
/// APOLLO (Zhu, Zhang, Cong, Liu, Park, Chandra, Long, Pan, Wang and Lee 2024, arXiv 2412.05270, algorithm 1): the gradient itself, its channels scaled as Adam would have scaled them on the whole. How
/// much that is, moments in a random space of low rank say. With <see cref="ApolloOptimizerOptions.Mini"/>, APOLLO-Mini: rank 1 and one factor for a matrix.
/// </summary>
/// <remarks>
/// <para>
/// With P [k, r] of independent N(0, 1/r), R = Pᵀ·G (here for a wide matrix), and ψ(R) Adam's direction for R: S_j = G_j·‖ψ(R)_j‖ / ‖R_j‖ for each column j; where ‖S_t‖ &gt; γ‖S_{t−1}‖, S_t is scaled down to
/// that; W ← (1 − ηλ)·W − η·α·S. Defaults: r = 256, α = 1, γ = 1.01; APOLLO-Mini: r = 1, α = √128. P is a function of the seed, the parameter's name and how often it was renewed, every 200 updates: it costs
/// time at every update, and no memory.
/// </para>
/// <para>
/// Gradients are held whole until the update, and the norm that is reported and clipped is theirs. The released code has bias correction outside ψ, thus beyond the limiter; here ψ is
/// corrected, as in the paper.
/// </para>
/// </remarks>
public sealed class ApolloOptimizer : LowRankOptimizer
{
    /// <summary>Creates the optimizer.</summary>
    /// <param name="parameters">The parameters with their names, as from <c>module.named_parameters()</c>: contiguous, Float32 or BFloat16.</param>
    /// <param name="options">The options; null for the defaults.</param>
    /// <exception cref="ArgumentOutOfRangeException">An option is out of range.</exception>
    /// <exception cref="ArgumentException">A pattern matches no parameter, a parameter is unfit, or none is left to train.</exception>
    public ApolloOptimizer(IEnumerable<(string name, Parameter parameter)> parameters, ApolloOptimizerOptions? options = null)
        : base(parameters, options ??= new ApolloOptimizerOptions(), parameter => new ApolloMatrix(parameter, options))
    {
    }
}
