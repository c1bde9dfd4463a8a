using Microsoft.ML.BlockLlm.Models;

namespace Microsoft.ML.BlockLlm.Training;

/// <summary>What the stages of classifiers with BERT, RoBERTa and DistilBERT take.</summary>
internal static class BertMemory
{
    public static IEnumerable<StageMemory> Classifier(BertConfig config, int classCount)
    {
        var isRoberta = config is RobertaConfig;
        var prefix = isRoberta ? "roberta" : "bert";
        // RoBERTa counts positions from after its padding id.
        var positions = isRoberta ? config.MaxTokens + config.PaddingId + 1 : config.MaxTokens;
        var embeddings = $"{prefix}.embeddings";
        return
        [
            new EmbeddingMemory(embeddings, config.HiddenSize, config.HiddenDropout,
            [
                ParameterSize.Matrix($"{embeddings}.word_embeddings.weight", config.VocabularySize, config.HiddenSize),
                ParameterSize.Matrix($"{embeddings}.position_embeddings.weight", positions, config.HiddenSize),
                ParameterSize.Matrix($"{embeddings}.token_type_embeddings.weight", config.TokenTypeCount, config.HiddenSize),
                .. StageMemory.Norm($"{embeddings}.LayerNorm", config.HiddenSize),
            ], hasNorm: true),
            .. Enumerable.Range(0, config.LayerCount).Select(index => new BertLayerMemory($"{prefix}.encoder.layer.{index}", BertLayerShape.Of(config))),
            isRoberta ? new TextVectorMemory($"{prefix}.pooler", config.HiddenSize) : new FeatureMemory($"{prefix}.pooler.dense", config.HiddenSize, config.HiddenSize),
            .. isRoberta
                ? [new FeatureMemory("classifier.dense", config.HiddenSize, config.HiddenSize), new FeatureMemory("classifier.out_proj", config.HiddenSize, classCount)]
                : new[] { new FeatureMemory("classifier", config.HiddenSize, classCount) },
        ];
    }

    public static IEnumerable<StageMemory> Classifier(DistilBertConfig config, int classCount)
    {
        const string Embeddings = "distilbert.embeddings";
        return
        [
            new EmbeddingMemory(Embeddings, config.HiddenSize, config.HiddenDropout,
            [
                ParameterSize.Matrix($"{Embeddings}.word_embeddings.weight", config.VocabularySize, config.HiddenSize),
                ParameterSize.Matrix($"{Embeddings}.position_embeddings.weight", config.MaxTokens, config.HiddenSize),
                .. StageMemory.Norm($"{Embeddings}.LayerNorm", config.HiddenSize),
            ], hasNorm: true),
            .. Enumerable.Range(0, config.LayerCount).Select(index => new BertLayerMemory($"distilbert.transformer.layer.{index}", BertLayerShape.Of(config))),
            new TextVectorMemory("distilbert.pooling", config.HiddenSize),
            new FeatureMemory("pre_classifier", config.HiddenSize, config.HiddenSize),
            new FeatureMemory("classifier", config.HiddenSize, classCount),
        ];
    }
}
