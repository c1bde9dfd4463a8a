using TorchSharp.Modules;
using static TorchSharp.torch;

namespace Microsoft.ML.BlockLlm.Models;

/// <summary>The layers of an encoder under the names <c>layer.0</c>, <c>layer.1</c>, …</summary>
internal sealed class LayerStack : nn.Module
{
    private readonly ModuleList<Stage> layer;

    public LayerStack(IEnumerable<Stage> layers) : base(nameof(LayerStack))
    {
        layer = nn.ModuleList([.. layers]);
        register_module(nameof(layer), layer);
    }

    public IEnumerable<Stage> Layers => layer;
}
