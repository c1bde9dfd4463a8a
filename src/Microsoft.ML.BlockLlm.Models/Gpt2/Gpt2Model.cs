using TorchSharp.Modules;
using static TorchSharp.torch;

namespace Microsoft.ML.BlockLlm.Models;

/// <summary>
/// GPT-2 (Radford and others, 2019, section 2.3) without a head: token and position embeddings, layers, and a last layer normalisation.
/// </summary>
internal sealed class Gpt2Model : Decoder
{
    private readonly Embedding wte;
    private readonly Embedding wpe;
    private readonly ModuleList<Gpt2Layer> h;
    private readonly LayerNorm ln_f;

    public Gpt2Model(ParameterSource source, Gpt2Config config) : base(nameof(Gpt2Model), config.HiddenSize)
    {
        wte = new Embedding(source.Under(nameof(wte)), config.VocabularySize, config.HiddenSize);
        wpe = new Embedding(source.Under(nameof(wpe)), config.MaxTokens, config.HiddenSize);
        h = nn.ModuleList([.. Enumerable.Range(0, config.LayerCount).Select(index => new Gpt2Layer(source.Under($"{nameof(h)}.{index}"), config, index))]);
        ln_f = new LayerNorm(source.Under(nameof(ln_f)), config.HiddenSize, config.LayerNormEpsilon);
        register_module(nameof(wte), wte);
        register_module(nameof(wpe), wpe);
        register_module(nameof(h), h);
        register_module(nameof(ln_f), ln_f);
        Body = [new Gpt2Embeddings(wte, wpe, config), .. h];
    }

    public override IReadOnlyList<Stage> Body { get; }

    public override Embedding TokenEmbedding => wte;

    public override nn.Module<Tensor, Tensor> FinalNorm => ln_f;
}
