namespace Microsoft.ML.BlockLlm.Models;

/// <summary>DistilBERT (Sanh and others, 2019, arXiv 1910.01108): BERT with half the layers, without segments and without a pooling layer.</summary>
internal sealed class DistilBertModel : TextEncoder
{
    private readonly DistilBertEmbeddings embeddings;
    private readonly LayerStack transformer;
    private readonly TokenPoolingStage pooling;

    public DistilBertModel(ParameterSource source, DistilBertConfig config, TokenPooling pooling) : base(nameof(DistilBertModel), config.HiddenSize)
    {
        embeddings = new DistilBertEmbeddings(source.Under(nameof(embeddings)), config);
        transformer = new LayerStack(Enumerable.Range(0, config.LayerCount).Select(
            index => new DistilBertLayer(source.Under($"{nameof(transformer)}.layer.{index}"), config)));
        this.pooling = new TokenPoolingStage(pooling);
        register_module(nameof(embeddings), embeddings);
        register_module(nameof(transformer), transformer);
        register_module(nameof(pooling), this.pooling);
        Stages = [embeddings, .. transformer.Layers, this.pooling];
    }

    public override IReadOnlyList<Stage> Stages { get; }
}
