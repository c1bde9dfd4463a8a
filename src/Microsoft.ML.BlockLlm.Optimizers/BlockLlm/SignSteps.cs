using static TorchSharp.torch;

namespace Microsoft.ML.BlockLlm.Optimizers;

/// <summary>
/// Sign-of-gradient steps w ← w − rate · learning rate · sign(g) on the weights outside the mask, where a gradient is there anyway:
/// in the parameters with active weights. They keep no state.
/// </summary>
/// <param name="rate">Share of the learning rate; 0 for no steps.</param>
internal sealed class SignSteps(double rate) : IDisposable
{
    private readonly Dictionary<NamedParameter, Tensor> _gradients = [];

    /// <summary>Adds the gradient of a whole parameter, flat; its storage may be shared until the update.</summary>
    public void Accumulate(NamedParameter parameter, Tensor gradient)
    {
        if (rate == 0)
            return;
        using var scope = NewDisposeScope();
        var sum = _gradients.Remove(parameter, out var past) ? past.to(ScalarType.Float32) + gradient : gradient.alias();
        past?.Dispose();
        _gradients.Add(parameter, sum.DetachFromDisposeScope());
    }

    /// <summary>Makes sure that every gradient is finite.</summary>
    /// <param name="update">Number of the coming update.</param>
    /// <exception cref="NonFiniteGradientException">One is not.</exception>
    public void Check(long update)
    {
        if (_gradients.Count == 0)
            return;
        using var norms = new GradientNorms();
        foreach (var (parameter, gradient) in _gradients)
            norms.Measure(parameter, gradient);
        norms.Read(update);
    }

    /// <summary>Makes the steps, and forgets the gradients.</summary>
    /// <param name="active">The weights to leave alone.</param>
    /// <param name="rounding">Rounds weights of low precision: these steps have no state, so that nothing else could keep what rounding loses.</param>
    public void Apply(ActiveCoordinates active, StochasticRounding rounding)
    {
        // In order of names: what is drawn must not depend on the order of arrival.
        foreach (var (parameter, gradient) in _gradients.Where(entry => active.Has(entry.Key)).OrderBy(entry => entry.Key.Name, StringComparer.Ordinal))
        {
            using var scope = NewDisposeScope();
            var slices = active.Of(parameter);
            if (slices.Any(slice => slice.Index is null))
                continue;
            var direction = gradient.sign();
            foreach (var slice in slices)
                direction.index_fill_(0, slice.Positions(), 0);
            using var weights = parameter.Open();
            var (flat, step) = (parameter.Flat(), -rate * parameter.Options.LearningRate!.Value);
            if (parameter.IsLowPrecision)
                flat.copy_(rounding.Round(flat.to(ScalarType.Float32).add_(direction, alpha: step)));
            else
                flat.add_(direction, alpha: step);
        }

        Dispose();
    }

    public void Dispose()
    {
        foreach (var gradient in _gradients.Values)
            gradient.Dispose();
        _gradients.Clear();
    }
}
