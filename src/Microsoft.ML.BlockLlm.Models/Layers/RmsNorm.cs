using TorchSharp.Modules;
using static TorchSharp.torch;

namespace Microsoft.ML.BlockLlm.Models;

/// <summary>Root mean square normalisation over the last dimension (Zhang, Sennrich, 2019, arXiv 1910.07467, equation 4), with <c>weight</c> [size].</summary>
internal sealed class RmsNorm : nn.Module<Tensor, Tensor>
{
    private readonly Parameter weight;
    private readonly double _epsilon;

    public RmsNorm(ParameterSource source, long size, double epsilon) : base(nameof(RmsNorm))
    {
        weight = source.TakeParameter(nameof(weight), [size], Initial.Ones);
        _epsilon = epsilon;
        register_parameter(nameof(weight), weight);
    }

    public override Tensor forward(Tensor input)
    {
        using var scope = NewDisposeScope();
        // In 32 bits, whatever the activations have. The mean as a sum, because libtorch keeps what mean() was given for its backward pass.
        var wide = input.to_type(float32);
        var normalised = (wide * wide.square().sum(-1, keepdim: true).div(input.shape[^1]).add(_epsilon).rsqrt()).to_type(input.dtype);
        return (normalised * weight).MoveToOuterDisposeScope();
    }
}
