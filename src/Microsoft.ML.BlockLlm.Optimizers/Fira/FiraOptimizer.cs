using TorchSharp.Modules;

namespace Microsoft.ML.BlockLlm.Optimizers;

/// <summary>
/// Fira (Chen, Feng, Li, Yang, Wang, Zeng, Zhang and Yang 2024, arXiv 2410.01623): GaLore's state, and steps of full rank. What the space leaves out of a gradient is not lost, but scaled as Adam scales
/// the rest.
/// </summary>
/// <remarks>
/// <para>
/// With P and R = Pᵀ·G as in <see cref="GaLoreOptimizer"/>, and ψ(R) Adam's direction for R: S = (G − P·R)·‖ψ(R)‖ / ‖R‖, column by column, which is the paper's default, and row by row where a tall matrix is
/// projected from the right. Norm-growth limiter: where ‖S_t‖ &gt; γ‖S_{t−1}‖, S_t is scaled down to that. W ← (1 − ηλ)·W − η·α·(P·ψ(R) + S). Defaults: r = 128, α = 0.25, γ = 1.01, P anew after 200 updates.
/// </para>
/// <para>
/// S needs the gradient whole, so gradients are held until the update, and the norm that is reported and clipped is that of whole gradients. The released code has bias correction outside ψ, thus beyond
/// the limiter; here ψ is corrected, as in the paper (algorithm 1). There α is a factor of P·ψ(R) and of the P·R that is taken from G, and not of S; here of
/// both steps, as in the paper.
/// </para>
/// </remarks>
public sealed class FiraOptimizer : LowRankOptimizer
{
    /// <summary>Creates the optimizer.</summary>
    /// <param name="parameters">The parameters with their names, as from <c>module.named_parameters()</c>: contiguous, Float32 or BFloat16.</param>
    /// <param name="options">The options; null for the defaults.</param>
    /// <exception cref="ArgumentOutOfRangeException">An option is out of range.</exception>
    /// <exception cref="ArgumentException">A pattern matches no parameter, a parameter is unfit, or none is left to train.</exception>
    public FiraOptimizer(IEnumerable<(string name, Parameter parameter)> parameters, FiraOptimizerOptions? options = null)
        : base(parameters, options ??= new FiraOptimizerOptions(), parameter => new FiraMatrix(parameter, options))
    {
    }
}
