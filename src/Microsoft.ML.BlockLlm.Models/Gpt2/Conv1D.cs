using TorchSharp.Modules;
using static TorchSharp.torch;

namespace Microsoft.ML.BlockLlm.Models;

/// <summary><c>y = x W + b</c> with <c>weight</c> [inputs, outputs], the other way round than <see cref="Linear"/>, and <c>bias</c> [outputs].</summary>
internal sealed class Conv1D : AdaptableLayer
{
    private readonly Parameter weight;
    private readonly Parameter bias;

    public Conv1D(ParameterSource source, long inputs, long outputs, Initial initial = Initial.Normal) : base(nameof(Conv1D))
    {
        (Inputs, Outputs) = (inputs, outputs);
        weight = source.TakeParameter(nameof(weight), [inputs, outputs], initial);
        bias = source.TakeParameter(nameof(bias), [outputs], Initial.Zeros);
        register_parameter(nameof(weight), weight);
        register_parameter(nameof(bias), bias);
    }

    protected override Parameter Weight => weight;

    protected override Tensor Project(Tensor input) => nn.functional.linear(input, weight.t(), bias);

    protected override Tensor AsWeight(Tensor matrix) => matrix.t();
}
