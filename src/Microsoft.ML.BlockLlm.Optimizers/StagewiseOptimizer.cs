using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace Microsoft.ML.BlockLlm.Optimizers;

/// <summary>
/// An optimizer that says which gradients it needs and takes them one at a time, so that the training engine never has to
/// hold the gradients of a whole model.
/// </summary>
/// <remarks>
/// The engine repeats, for every update:
/// <list type="number">
/// <item>While <see cref="NeedsProbe"/>: one backward pass in which it offers the gradient of every parameter that
/// <see cref="NeedsGradient"/> names to <see cref="Probe"/> and drops it, then <see cref="EndProbe"/>.</item>
/// <item>One backward pass for each micro-batch, offering the gradients that <see cref="NeedsGradient"/> names to <see cref="Accumulate"/>.</item>
/// <item><see cref="Update"/>.</item>
/// </list>
/// The optimizer owns none of the gradients offered: it copies what it keeps.
/// </remarks>
public abstract class StagewiseOptimizer : OptimizerHelper
{
    /// <summary>Whether the next backward pass is a probe: one that measures gradients and updates nothing.</summary>
    public virtual bool NeedsProbe => false;

    /// <summary>Whether the next backward pass, probe or not, must produce the gradient of a parameter.</summary>
    /// <param name="parameter">A parameter the optimizer was built with. Any other needs no gradient.</param>
    public abstract bool NeedsGradient(Parameter parameter);

    /// <summary>Measures one gradient of a probing pass.</summary>
    /// <param name="parameter">The parameter.</param>
    /// <param name="gradient">Its gradient, with the shape of the parameter; the caller disposes it.</param>
    public virtual void Probe(Parameter parameter, Tensor gradient) =>
        throw new InvalidOperationException($"{GetType().Name} asks for no probing pass (NeedsProbe is false).");

    /// <summary>Ends a probing pass.</summary>
    public virtual void EndProbe() =>
        throw new InvalidOperationException($"{GetType().Name} asks for no probing pass (NeedsProbe is false).");

    /// <summary>Adds one gradient to those of the coming update.</summary>
    /// <param name="parameter">The parameter.</param>
    /// <param name="gradient">Its gradient, with the shape of the parameter, already scaled for accumulation; the caller disposes it.</param>
    public abstract void Accumulate(Parameter parameter, Tensor gradient);

    /// <summary>Updates the weights with the accumulated gradients and forgets them.</summary>
    /// <param name="loss">The loss that the gradients belong to, for methods that watch it.</param>
    /// <returns>What the update did.</returns>
    public abstract UpdateReport Update(double loss);
}
