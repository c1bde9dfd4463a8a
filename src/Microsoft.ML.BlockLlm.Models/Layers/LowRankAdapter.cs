using TorchSharp.Modules;
using static TorchSharp.torch;

namespace Microsoft.ML.BlockLlm.Models;

/// <summary>
/// The branch of LoRA (Hu et al., 2021, arXiv 2106.09685, equation 3): <c>B A dropout(x)</c>, with <c>A</c> [rank, inputs] and <c>B</c> [outputs, rank].
/// </summary>
/// <remarks>A begins uniform in ±1/√inputs, which is Kaiming's initialisation with a slope of √5, and B at 0, so that the branch first adds nothing.</remarks>
internal sealed class LowRankAdapter : nn.Module<Tensor, Tensor>
{
    private readonly Parameter A;
    private readonly Parameter B;
    private readonly double _dropout;

    public LowRankAdapter(long inputs, long outputs, int rank, double alpha, double dropout, Generator? generator, ScalarType type, Device device) : base(nameof(LowRankAdapter))
    {
        var bound = 1 / Math.Sqrt(inputs);
        using (var values = empty([rank, inputs], float32, CPU).uniform_(-bound, bound, generator))
            A = new Parameter(values.to(type, device, copy: true));
        B = new Parameter(zeros([outputs, rank], type, device));
        _dropout = dropout;
        Scale = alpha / rank;
        register_parameter(nameof(A), A);
        register_parameter(nameof(B), B);
        this.DetachParametersFromDisposeScope();
    }

    /// <summary>What the branch is multiplied with, α/r.</summary>
    public double Scale { get; }

    public override Tensor forward(Tensor input)
    {
        using var scope = NewDisposeScope();
        var reduced = nn.functional.linear(nn.functional.dropout(input, _dropout, training), A);
        return nn.functional.linear(reduced, B).MoveToOuterDisposeScope();
    }

    /// <summary>B A, float32 [outputs, inputs].</summary>
    public Tensor Product()
    {
        using var b = B.to(ScalarType.Float32);
        using var a = A.to(ScalarType.Float32);
        return b.matmul(a);
    }
}
