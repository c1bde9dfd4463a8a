using Microsoft.ML.BlockLlm.Models;

namespace Microsoft.ML.BlockLlm.Training;

/// <summary>What the stages of a classifier with the Universal Sentence Encoder lite take.</summary>
internal static class UseLiteMemory
{
    private const string Prefix = "use_lite";

    public static IEnumerable<StageMemory> Classifier(UseLiteConfig config, int classCount) =>
    [
        new TokenEmbeddingMemory($"{Prefix}.embeddings.word_embeddings", config.VocabularySize, config.EmbeddingSize),
        .. Enumerable.Range(0, config.LayerCount).Select(
            index => new UseLiteLayerMemory($"{Prefix}.encoder.layer.{index}", config, index == 0 ? config.EmbeddingSize : config.HiddenSize)),
        new FeatureMemory($"{Prefix}.pooler.dense", config.HiddenSize, config.HiddenSize),
        new FeatureMemory("classifier", config.HiddenSize, classCount),
    ];
}
