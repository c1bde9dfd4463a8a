using TorchSharp.Modules;
using static TorchSharp.torch;

namespace Microsoft.ML.BlockLlm.Models;

/// <summary>Layer normalisation over the last dimension (Ba, Kiros, Hinton, 2016, arXiv 1607.06450), with <c>weight</c> and <c>bias</c> [size].</summary>
internal sealed class LayerNorm : nn.Module<Tensor, Tensor>
{
    private readonly Parameter weight;
    private readonly Parameter bias;
    private readonly double _epsilon;

    public LayerNorm(ParameterSource source, long size, double epsilon) : base(nameof(LayerNorm))
    {
        weight = source.TakeParameter(nameof(weight), [size], Initial.Ones);
        bias = source.TakeParameter(nameof(bias), [size], Initial.Zeros);
        _epsilon = epsilon;
        register_parameter(nameof(weight), weight);
        register_parameter(nameof(bias), bias);
    }

    public override Tensor forward(Tensor input) => nn.functional.layer_norm(input, [input.shape[^1]], weight, bias, _epsilon);
}
