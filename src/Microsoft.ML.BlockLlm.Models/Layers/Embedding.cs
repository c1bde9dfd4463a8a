using TorchSharp.Modules;
using static TorchSharp.torch;

namespace Microsoft.ML.BlockLlm.Models;

/// <summary>A row of <c>weight</c> [vocabulary, size] for each id: <c>[…]</c> to <c>[…, size]</c>.</summary>
internal sealed class Embedding : nn.Module<Tensor, Tensor>
{
    private readonly Parameter weight;

    public Embedding(ParameterSource source, long vocabularySize, long size) : base(nameof(Embedding))
    {
        weight = source.TakeParameter(nameof(weight), [vocabularySize, size], Initial.Normal);
        register_parameter(nameof(weight), weight);
    }

    public Parameter Weight => weight;

    public override Tensor forward(Tensor input) =>
        weight.index_select(0, input.view(-1)).view([.. input.shape, weight.shape[1]]);
}
