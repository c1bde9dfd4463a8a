using System.Text.Json.Nodes;

namespace Microsoft.ML.BlockLlm.Models;

/// <summary>DistilBERT.</summary>
internal sealed class DistilBertFamily : ModelFamily
{
    private const string PreClassifier = "pre_classifier";
    private const string Classifier = "classifier";

    public override string ModelType => DistilBertConfig.ModelTypeName;

    public override string Prefix => "distilbert";

    public override TokenPooling EmbeddingPooling => TokenPooling.Mean;

    public override TokenPooling ClassifierPooling => TokenPooling.FirstToken;

    public override IReadOnlyList<string> HeadNames => [PreClassifier, Classifier];

    public override bool ReadsPairsInOneRow => true;

    public override IReadOnlyList<string> Spare => ["vocab_transform.", "vocab_layer_norm.", "vocab_projector.", "qa_outputs."];

    public override string HeadDropoutField => "seq_classif_dropout";

    public override string ClassifierArchitecture => "DistilBertForSequenceClassification";

    public override ModelConfig ReadConfig(JsonObject config, string source) => ReadConfig<DistilBertConfig>(config, source);

    public override TextEncoder CreateEncoder(ParameterSource parameters, ModelConfig config, TokenPooling pooling) => pooling != TokenPooling.Pooler
        ? new DistilBertModel(parameters, (DistilBertConfig)config, pooling)
        : throw new ArgumentException("DistilBERT has no pooling layer. Take the mean or the first token.", nameof(pooling));

    public override IReadOnlyList<(string Name, Stage Stage)> CreateHead(ParameterSource parameters, int featureCount, ClassifierShape shape) =>
    [
        (PreClassifier, new DistilBertPreClassifier(parameters.Under(PreClassifier), featureCount)),
        (Classifier, new ClassificationHead(parameters.Under(Classifier), featureCount, shape)),
    ];
}
