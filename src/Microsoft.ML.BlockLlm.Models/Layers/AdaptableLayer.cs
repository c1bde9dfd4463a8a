using TorchSharp.Modules;
using static TorchSharp.torch;

namespace Microsoft.ML.BlockLlm.Models;

/// <summary>A linear layer, to which a low-rank branch may be added for a training: <c>W x + b</c>, and then <c>+ (α/r)·B A x</c>.</summary>
internal abstract class AdaptableLayer : nn.Module<Tensor, Tensor>
{
    /// <summary>What adapters are called in their layers, and so in the names of their parameters: <c>q_proj.lora.A</c>.</summary>
    public const string AdapterName = "lora";

    private LowRankAdapter? _adapter;

    protected AdaptableLayer(string name) : base(name)
    {
    }

    public long Inputs { get; protected init; }

    public long Outputs { get; protected init; }

    /// <summary>The weight, for its type and device.</summary>
    protected abstract Parameter Weight { get; }

    public sealed override Tensor forward(Tensor input)
    {
        var output = Project(input);
        if (_adapter is null)
            return output;
        using var branch = _adapter.forward(input);
        return output.add_(branch, alpha: _adapter.Scale);
    }

    /// <summary>Adds a branch, which the layer owns.</summary>
    public void Attach(LowRankAdapter adapter)
    {
        register_module(AdapterName, adapter);
        _adapter = adapter;
    }

    /// <summary>Adds what the branch has learned to the weight, and removes the branch; without one, does nothing.</summary>
    public void Merge()
    {
        if (_adapter is null)
            return;
        using (no_grad())
        using (var product = _adapter.Product())
        using (var change = AsWeight(product))
        using (var sum = Weight.to(ScalarType.Float32).add_(change, alpha: _adapter.Scale))
            Weight.copy_(sum);
        register_module(AdapterName, null!);
        _adapter.Dispose();
        _adapter = null;
    }

    /// <summary>Makes a branch for this layer, on its device and in its type.</summary>
    public LowRankAdapter NewAdapter(int rank, double alpha, double dropout, Generator? generator) =>
        new(Inputs, Outputs, rank, alpha, dropout, generator, Weight.dtype, Weight.device);

    protected abstract Tensor Project(Tensor input);

    /// <summary>A matrix [outputs, inputs] as it lies in the weight.</summary>
    protected abstract Tensor AsWeight(Tensor matrix);
}
