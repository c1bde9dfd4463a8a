using System.Text.Json.Nodes;

namespace Microsoft.ML.BlockLlm.Models;

/// <summary>RoBERTa.</summary>
internal sealed class RobertaFamily : ModelFamily
{
    public override string ModelType => RobertaConfig.ModelTypeName;

    public override string Prefix => "roberta";

    public override TokenPooling EmbeddingPooling => TokenPooling.Mean;

    public override TokenPooling ClassifierPooling => TokenPooling.FirstToken;

    public override bool ReadsPairsInOneRow => true;

    public override IReadOnlyList<string> Spare => ["lm_head.", "qa_outputs.", "roberta.pooler."];

    public override string ClassifierArchitecture => "RobertaForSequenceClassification";

    public override ModelConfig ReadConfig(JsonObject config, string source)
    {
        BertFamily.RequireEncoder(config, source);
        var read = ReadConfig<RobertaConfig>(config, source);
        var typed = read with { MaxTokens = read.MaxTokens - read.PaddingId - 1 };
        return typed.MaxTokens > 0 ? typed : throw new ModelLoadException(
            $"{source}: max_position_embeddings {read.MaxTokens} leaves no position after pad_token_id {read.PaddingId}; it must be larger.");
    }

    public override JsonObject WriteConfig(ModelConfig config) =>
        base.WriteConfig(config with { MaxTokens = ((RobertaConfig)config).PositionCount });

    public override TextEncoder CreateEncoder(ParameterSource parameters, ModelConfig config, TokenPooling pooling) =>
        new BertModel(parameters, (RobertaConfig)config, new RobertaEmbeddings(parameters.Under("embeddings"), (RobertaConfig)config), pooling);

    public override IReadOnlyList<(string Name, Stage Stage)> CreateHead(ParameterSource parameters, int featureCount, ClassifierShape shape) =>
        [("classifier", new RobertaClassificationHead(parameters.Under("classifier"), featureCount, shape))];
}
