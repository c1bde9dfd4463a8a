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
/// <item>One backward pass for each micro-batch, of which it first tells the share (<see cref="UseBatchShare"/>), offering the gradients that <see cref="NeedsGradient"/> names to <see cref="Accumulate"/>.</item>
/// <item><see cref="Update"/>.</item>
/// </list>
/// The optimizer never writes to a gradient offered, but may keep sharing its storage until the update: the caller disposes
/// its tensor as soon as it likes and writes nothing to it.
/// <para>
/// With plain TorchSharp the same happens behind <c>loss.backward(); optimizer.step(loss)</c>: <see cref="step(double)"/>
/// offers the <c>grad</c> of each parameter, and between updates <c>requires_grad</c> is true only where the next backward
/// pass must produce a gradient.
/// </para>
/// </remarks>
public abstract class StagewiseOptimizer : OptimizerHelper
{
    /// <summary>
    /// Tells the optimizer how deep in a backward pass each parameter is reached. The engine does before training; a method that does not weigh
    /// depth ignores it.
    /// </summary>
    /// <param name="costs">What an update costs whose shallowest trained parameter is this one, above 0; only their ratios matter.</param>
    public virtual void UseStepCosts(IReadOnlyDictionary<Parameter, double> costs)
    {
    }

    /// <summary>Tells the optimizer that weights are not in memory all the time. The engine does before training, where a model is larger than memory.</summary>
    /// <param name="open">Gives a parameter its weights, to be read and changed, until the handle is disposed. Asked for every parameter whenever the optimizer reads or changes its weights.</param>
    /// <exception cref="NotSupportedException">The method needs all weights at all times.</exception>
    public virtual void UseWeights(Func<Parameter, IDisposable> open) =>
        throw new NotSupportedException($"{GetType().Name} needs all weights in memory at all times. Load the model without streaming, or train it with BlockLlmOptimizer.");

    /// <summary>Whether the next backward pass is a probe: one that measures gradients and updates nothing.</summary>
    public virtual bool NeedsProbe => false;

    /// <summary>Whether the next backward pass, probe or not, must produce the gradient of a parameter.</summary>
    /// <param name="parameter">A parameter the optimizer was built with. Any other needs no gradient.</param>
    public abstract bool NeedsGradient(Parameter parameter);

    /// <summary>Whether an update may ever change a parameter: whether it is one that the optimizer was built with, and not frozen.</summary>
    /// <param name="parameter">A parameter.</param>
    public virtual bool Trains(Parameter parameter) => parameters().Contains(parameter, ReferenceEqualityComparer.Instance);

    /// <summary>Measures one gradient of a probing pass.</summary>
    /// <param name="parameter">The parameter.</param>
    /// <param name="gradient">Its gradient, with the shape of the parameter; the caller disposes it and writes nothing to it.</param>
    public virtual void Probe(Parameter parameter, Tensor gradient) =>
        throw new InvalidOperationException($"{GetType().Name} asks for no probing pass (NeedsProbe is false).");

    /// <summary>Ends a probing pass.</summary>
    public virtual void EndProbe() =>
        throw new InvalidOperationException($"{GetType().Name} asks for no probing pass (NeedsProbe is false).");

    /// <summary>Says what share of the coming update the gradients have that come next, for methods that compare their sizes over updates: batches that are summed have each a share below 1.</summary>
    /// <param name="share">The share, above 0 and at most 1. Where none is told for an update, its gradients count as whole.</param>
    /// <exception cref="ArgumentOutOfRangeException">The method compares sizes, and the share is not above 0 and at most 1.</exception>
    public virtual void UseBatchShare(double share)
    {
    }

    /// <summary>Adds one gradient to those of the coming update.</summary>
    /// <param name="parameter">The parameter.</param>
    /// <param name="gradient">
    /// Its gradient, with the shape of the parameter, already scaled for accumulation; the caller disposes it and writes nothing to
    /// it, since the optimizer may share its storage until <see cref="Update"/>.
    /// </param>
    public abstract void Accumulate(Parameter parameter, Tensor gradient);

    /// <summary>Updates the weights with the accumulated gradients and forgets them.</summary>
    /// <param name="loss">The loss that the gradients belong to, for methods that watch it.</param>
    /// <returns>What the update did.</returns>
    /// <exception cref="NonFiniteGradientException">The loss or a gradient is not finite. No weight was changed.</exception>
    public abstract UpdateReport Update(double loss);

    /// <summary>Tells the optimizer that something else has written to the weights of a parameter, such as those of an earlier moment: copies of them that it keeps are made anew.</summary>
    /// <param name="parameter">The parameter.</param>
    public virtual void WeightsReplaced(Parameter parameter)
    {
    }

    /// <summary>Forgets the gradients offered since the last update, those of a probing pass and of a selection under way included, so that the next ones begin it anew.</summary>
    public abstract void Discard();

    /// <summary>The options that the optimizer was built with; null where there are none.</summary>
    internal virtual object? Settings => null;

    /// <summary>Whether the coming update may change a parameter whose gradient it needs, and does not only measure it.</summary>
    internal virtual bool MayChange(Parameter parameter) => true;

    /// <summary>Whether <see cref="Update"/> looks at the loss, so that a step cannot do without it.</summary>
    protected virtual bool WatchesLoss => false;

    /// <summary>Updates the weights from the <c>grad</c> of the parameters, after a plain <c>loss.backward()</c>.</summary>
    /// <param name="loss">The loss that the gradients belong to.</param>
    /// <returns>What the update did.</returns>
    /// <exception cref="NonFiniteGradientException">The loss or a gradient is not finite. No weight was changed.</exception>
    /// <exception cref="InvalidOperationException">No parameter has a gradient. No weight was changed.</exception>
    public UpdateReport step(double loss)
    {
        if (NeedsProbe)
        {
            Offer(Probe);
            EndProbe();
        }

        Offer(Accumulate);
        try
        {
            return Update(loss);
        }
        finally
        {
            MarkRequiredGradients();
        }
    }

    /// <inheritdoc cref="step(double)"/>
    /// <param name="loss">The loss that the gradients belong to, a scalar tensor; its value is read from its device.</param>
    public UpdateReport step(Tensor loss)
    {
        ArgumentNullException.ThrowIfNull(loss);
        return step(loss.ToDouble());
    }

    /// <summary>Updates the weights from the <c>grad</c> of the parameters, as every TorchSharp optimizer does.</summary>
    /// <param name="closure">Clears the gradients, computes the loss, runs its backward pass and returns it.</param>
    /// <returns>The loss that the closure returned, or null without one.</returns>
    /// <exception cref="InvalidOperationException">The method watches the loss and there is no closure; or as for <see cref="step(double)"/>.</exception>
    public override Tensor? step(Func<Tensor>? closure = null)
    {
        if (closure is null)
        {
            if (WatchesLoss)
                throw new InvalidOperationException($"{GetType().Name} watches the loss and was not given one: call step(loss), or step(closure).");
            step(0);
            return null;
        }

        Tensor loss;
        using (enable_grad())
            loss = closure();
        step(loss);
        return loss;
    }

    /// <summary>Releases the gradients of all parameters, so that inactive parameters hold no gradient memory.</summary>
    public override void zero_grad()
    {
        foreach (var parameter in parameters())
            parameter.grad = null;
    }

    /// <summary>Sets <c>requires_grad</c> of every parameter to what the next plain backward pass must produce.</summary>
    protected virtual void MarkRequiredGradients()
    {
        foreach (var parameter in parameters())
            parameter.requires_grad = NeedsGradient(parameter);
    }

    private void Offer(Action<Parameter, Tensor> take)
    {
        foreach (var parameter in parameters())
        {
            using var gradient = NeedsGradient(parameter) ? parameter.grad : null;
            if (gradient is not null)
                take(parameter, gradient);
        }
    }
}
