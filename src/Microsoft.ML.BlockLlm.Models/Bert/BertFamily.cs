using System.Text.Json.Nodes;

namespace Microsoft.ML.BlockLlm.Models;

/// <summary>BERT, and models of its form such as MiniLM.</summary>
internal sealed class BertFamily : ModelFamily
{
    public override string ModelType => BertConfig.ModelTypeName;

    public override string Prefix => "bert";

    public override TokenPooling EmbeddingPooling => TokenPooling.Mean;

    public override bool ReadsPairsInOneRow => true;

    public override IReadOnlyList<string> Spare => ["cls.", "qa_outputs.", "bert.pooler."];

    public override string ClassifierArchitecture => "BertForSequenceClassification";

    public override ModelConfig ReadConfig(JsonObject config, string source)
    {
        RequireEncoder(config, source);
        return ReadConfig<BertConfig>(config, source);
    }

    public override TextEncoder CreateEncoder(ParameterSource parameters, ModelConfig config, TokenPooling pooling) =>
        new BertModel(parameters, (BertConfig)config, new BertEmbeddings(parameters.Under("embeddings"), (BertConfig)config), pooling);

    /// <summary>Refuses what makes a BERT or RoBERTa another model: relative positions, and use as a decoder.</summary>
    public static void RequireEncoder(JsonObject config, string source)
    {
        RequireValue(config, source, "position_embedding_type", "absolute");
        RequireValue(config, source, "is_decoder", "false");
        RequireValue(config, source, "add_cross_attention", "false");
    }
}
