using TorchSharp.Modules;
using static TorchSharp.torch;

namespace Microsoft.ML.BlockLlm.Models;

/// <summary>
/// LLaMA (Touvron and others, 2023, arXiv 2302.13971) without a head: token embedding, layers with rotary positions and gated feed-forward
/// blocks, and a last root mean square normalisation.
/// </summary>
internal sealed class LlamaModel : Decoder
{
    private readonly Embedding embed_tokens;
    private readonly ModuleList<LlamaLayer> layers;
    private readonly RmsNorm norm;

    public LlamaModel(ParameterSource source, LlamaConfig config) : base(nameof(LlamaModel), config.HiddenSize)
    {
        var positions = new RotaryEmbedding(config);
        embed_tokens = new Embedding(source.Under(nameof(embed_tokens)), config.VocabularySize, config.HiddenSize);
        layers = nn.ModuleList([.. Enumerable.Range(0, config.LayerCount).Select(
            index => new LlamaLayer(source.Under($"{nameof(layers)}.{index}"), config, index, positions))]);
        norm = new RmsNorm(source.Under(nameof(norm)), config.HiddenSize, config.RmsNormEpsilon);
        register_module(nameof(embed_tokens), embed_tokens);
        register_module(nameof(layers), layers);
        register_module(nameof(norm), norm);
        Body = [new LlamaEmbeddings(embed_tokens), .. layers];
    }

    public override IReadOnlyList<Stage> Body { get; }

    public override Embedding TokenEmbedding => embed_tokens;

    public override nn.Module<Tensor, Tensor> FinalNorm => norm;
}
