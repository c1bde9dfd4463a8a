using TorchSharp.Modules;
using static TorchSharp.torch;

namespace Microsoft.ML.BlockLlm.Models;

/// <summary><c>y = x Wᵀ + b</c>, with <c>weight</c> [outputs, inputs] and, where the layer has one, <c>bias</c> [outputs].</summary>
internal sealed class Linear : AdaptableLayer
{
    private readonly Parameter weight;
    private readonly Parameter? bias;

    public Linear(ParameterSource source, long inputs, long outputs, bool hasBias = true) : base(nameof(Linear))
    {
        (Inputs, Outputs) = (inputs, outputs);
        weight = source.TakeParameter(nameof(weight), [outputs, inputs], Initial.Normal);
        bias = hasBias ? source.TakeParameter(nameof(bias), [outputs], Initial.Zeros) : null;
        register_parameter(nameof(weight), weight);
        if (bias is not null)
            register_parameter(nameof(bias), bias);
    }

    protected override Parameter Weight => weight;

    protected override Tensor Project(Tensor input) => nn.functional.linear(input, weight, bias!);

    protected override Tensor AsWeight(Tensor matrix) => matrix.alias();
}
