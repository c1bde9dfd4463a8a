using TorchSharp.Modules;

namespace Microsoft.ML.BlockLlm.Optimizers;

/// <summary>
/// GaLore (Zhao, Zhang, Chen, Wang, Anandkumar and Tian 2024, arXiv 2403.03507, algorithm 2): Adam in the space of the leading singular vectors of the gradient. The weights learn in
/// full rank, since the space changes; gradients that are held and moments have low rank.
/// </summary>
/// <remarks>
/// <para>
/// With P the r leading left singular vectors of a gradient, and R = Pᵀ·G: W ← (1 − ηλ)·W − η·α·P·(m̂ / (√v̂ + ε)), the moments m and v being those of R. Tall matrices are projected from the right
/// likewise, so that it is always the smaller dimension. Defaults: r = 128, α = 0.25, P anew after 200 updates.
/// </para>
/// <para>
/// A gradient is projected as soon as it is offered, and R alone is held. With several micro-batches these are summed; where P is due, the first one decides it,
/// since the gradient of all would have to be held whole until then. The gradient norm that is reported
/// and clipped is that of what is held: R of matrices in low rank, the whole gradient of the rest.
/// </para>
/// <para>
/// Where the released code differs: there ε is added before bias correction and weight decay comes after the step; here both are as in <see cref="AdamWOptimizer"/>. There a full decomposition gives P;
/// here it is an option. There a sign of a singular vector is what the decomposition makes of it; here it is fixed, so that carried moments see fewer flips.
/// </para>
/// </remarks>
public sealed class GaLoreOptimizer : LowRankOptimizer
{
    /// <summary>Creates the optimizer.</summary>
    /// <param name="parameters">The parameters with their names, as from <c>module.named_parameters()</c>: contiguous, Float32 or BFloat16.</param>
    /// <param name="options">The options; null for the defaults.</param>
    /// <exception cref="ArgumentOutOfRangeException">An option is out of range.</exception>
    /// <exception cref="ArgumentException">A pattern matches no parameter, a parameter is unfit, or none is left to train.</exception>
    public GaLoreOptimizer(IEnumerable<(string name, Parameter parameter)> parameters, GaLoreOptimizerOptions? options = null)
        : base(parameters, options ??= new GaLoreOptimizerOptions(), parameter => new GaLoreMatrix(parameter, options))
    {
    }
}
