using TorchSharp.Modules;
using static TorchSharp.torch;

namespace Microsoft.ML.BlockLlm.Models;

/// <summary><c>y = x Wᵀ + b</c>, with <c>weight</c> [outputs, inputs] and <c>bias</c> [outputs].</summary>
internal sealed class Linear : nn.Module<Tensor, Tensor>
{
    private readonly Parameter weight;
    private readonly Parameter bias;

    public Linear(ParameterSource source, long inputs, long outputs) : base(nameof(Linear))
    {
        weight = source.TakeParameter(nameof(weight), [outputs, inputs], Initial.Normal);
        bias = source.TakeParameter(nameof(bias), [outputs], Initial.Zeros);
        register_parameter(nameof(weight), weight);
        register_parameter(nameof(bias), bias);
    }

    public override Tensor forward(Tensor input) => nn.functional.linear(input, weight, bias);
}
