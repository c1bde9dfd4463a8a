namespace Microsoft.ML.BlockLlm.Models;

/// <summary>
/// The Universal Sentence Encoder lite (Cer and others, 2018, arXiv 1803.11175): two pre-norm transformer layers over subword
/// embeddings, the mean over the tokens, and a dense layer.
/// </summary>
internal sealed class UseLiteModel : TextEncoder
{
    private readonly UseLiteEmbeddings embeddings;
    private readonly LayerStack encoder;
    private readonly UseLitePooler pooler;

    public UseLiteModel(ParameterSource source, UseLiteConfig config) : base(nameof(UseLiteModel), config.HiddenSize)
    {
        embeddings = new UseLiteEmbeddings(source.Under(nameof(embeddings)), config);
        encoder = new LayerStack(Enumerable.Range(0, config.LayerCount).Select(
            index => new UseLiteLayer(source.Under($"{nameof(encoder)}.layer.{index}"), config, index == 0 ? config.EmbeddingSize : config.HiddenSize)));
        pooler = new UseLitePooler(source.Under(nameof(pooler)), config);
        register_module(nameof(embeddings), embeddings);
        register_module(nameof(encoder), encoder);
        register_module(nameof(pooler), pooler);
        Stages = [embeddings, .. encoder.Layers, pooler];
    }

    public override IReadOnlyList<Stage> Stages { get; }
}
