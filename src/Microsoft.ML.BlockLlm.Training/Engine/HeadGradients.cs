using TorchSharp.Modules;
using static TorchSharp.torch;

namespace Microsoft.ML.BlockLlm.Training;

/// <summary>
/// Gathers the gradients of a head that runs on one part of the tokens after the other. They belong to the dispose scope that it is made in, so that
/// those that were given away end with the pass too when a receiver throws.
/// </summary>
internal sealed class HeadGradients : IDisposable
{
    private readonly List<(Parameter Parameter, Tensor Sum)> _parameters;

    /// <param name="parameters">The head's parameters that need a gradient.</param>
    /// <param name="input">What goes into the head, if it needs a gradient; else null.</param>
    public HeadGradients(IEnumerable<Parameter> parameters, Tensor? input)
    {
        using var withoutGraph = no_grad();
        // Sums in 32 bits, whatever the weights have.
        _parameters = [.. parameters.Select(parameter => (parameter, zeros_like(parameter, dtype: ScalarType.Float32)))];
        Input = input is null ? null : zeros_like(input);
    }

    /// <summary>Gradient of the input; null if it needs none, or was given away.</summary>
    public Tensor? Input { get; private set; }

    /// <summary>Runs one part backward.</summary>
    /// <param name="from">Where its backward pass begins.</param>
    /// <param name="input">Its input, <c>[1, part, hidden]</c>.</param>
    /// <param name="start">Index of its first token.</param>
    public void Add(BackwardStart from, Tensor input, long start)
    {
        Tensor[] inputs = [.. _parameters.Select(entry => entry.Parameter), .. Input is null ? Array.Empty<Tensor>() : [input]];
        if (inputs.Length == 0)
            return;
        if (from.Gradient is not { } upstream)
            throw new InvalidOperationException("The head or the loss gave an output without a graph, though the head's input or a parameter of it needs a gradient. Neither must detach it.");
        var gradients = autograd.grad([from.Root], inputs, [upstream], allow_unused: true);
        using var withoutGraph = no_grad();
        foreach (var ((_, sum), gradient) in _parameters.Zip(gradients))
        {
            if (!gradient.IsInvalid)
                sum.add_(gradient);
        }

        Input?.view(1, -1, input.shape[2]).narrow(1, start, input.shape[1]).copy_(gradients[^1]);
    }

    /// <summary>Gives the gradients of the parameters away.</summary>
    public IReadOnlyList<(Parameter Parameter, Tensor Gradient)> TakeParameters()
    {
        var taken = _parameters.ToArray();
        _parameters.Clear();
        return taken;
    }

    /// <summary>Gives the gradient of the input away, if it needs one.</summary>
    public Tensor? TakeInput()
    {
        var taken = Input;
        Input = null;
        return taken;
    }

    public void Dispose()
    {
        foreach (var (_, sum) in _parameters)
            sum.Dispose();
        Input?.Dispose();
    }
}
