using TorchSharp.Modules;
using static TorchSharp.torch;

namespace Microsoft.ML.BlockLlm.Training;

/// <summary>Gives each gradient to its receiver as soon as it is whole: that of a parameter of several stages is summed until its lowest stage is done.</summary>
/// <param name="lowestStage">The lowest stage of each parameter.</param>
/// <param name="receive">The receiver.</param>
internal sealed class GradientDelivery(IReadOnlyDictionary<Parameter, int> lowestStage, Action<Parameter, Tensor> receive)
{
    private readonly Dictionary<Parameter, Tensor> _sums = new(ReferenceEqualityComparer.Instance);

    /// <summary>Takes a gradient, and disposes it.</summary>
    /// <param name="stage">The stage it comes from.</param>
    /// <param name="parameter">The parameter.</param>
    /// <param name="gradient">The gradient; invalid if the stage did not use the parameter.</param>
    public void Take(int stage, Parameter parameter, Tensor gradient)
    {
        using var withoutGraph = no_grad();
        if (!gradient.IsInvalid)
            Add(parameter, gradient);
        if (lowestStage[parameter] == stage)
            Deliver(parameter);
    }

    /// <summary>Gives what is left, after a backward pass that ended before the lowest stages.</summary>
    public void Finish()
    {
        using var withoutGraph = no_grad();
        foreach (var parameter in _sums.Keys.ToArray())
            Deliver(parameter);
    }

    private void Add(Parameter parameter, Tensor gradient)
    {
        if (!_sums.Remove(parameter, out var sum))
        {
            _sums[parameter] = gradient;
            return;
        }

        _sums[parameter] = sum.add(gradient);
        sum.Dispose();
        gradient.Dispose();
    }

    private void Deliver(Parameter parameter)
    {
        if (!_sums.Remove(parameter, out var sum))
            return;
        using (sum)
        using (var contiguous = sum.contiguous())
            receive(parameter, contiguous);
    }
}
