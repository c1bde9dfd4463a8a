namespace Microsoft.ML.BlockLlm.Models;

/// <summary>
/// BERT (Devlin and others, 2018, arXiv 1810.04805, section 3): embeddings, transformer layers, and one vector for each text. RoBERTa is the
/// same but for its embeddings.
/// </summary>
internal sealed class BertModel : TextEncoder
{
    private readonly Stage embeddings;
    private readonly LayerStack encoder;
    private readonly Stage pooler;

    public BertModel(ParameterSource source, BertConfig config, Stage embeddings, TokenPooling pooling) : base(nameof(BertModel), config.HiddenSize)
    {
        this.embeddings = embeddings;
        encoder = new LayerStack(Enumerable.Range(0, config.LayerCount).Select(
            index => new BertLayer(source.Under($"{nameof(encoder)}.layer.{index}"), config)));
        pooler = pooling == TokenPooling.Pooler ? new BertPooler(source.Under(nameof(pooler)), config) : new TokenPoolingStage(pooling);
        register_module(nameof(embeddings), this.embeddings);
        register_module(nameof(encoder), encoder);
        register_module(nameof(pooler), pooler);
        Stages = [embeddings, .. encoder.Layers, pooler];
    }

    public override IReadOnlyList<Stage> Stages { get; }
}
