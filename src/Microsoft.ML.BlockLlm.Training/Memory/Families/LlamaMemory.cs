using Microsoft.ML.BlockLlm.Models;

namespace Microsoft.ML.BlockLlm.Training;

/// <summary>What the stages of a language model of the LLaMA family take.</summary>
internal static class LlamaMemory
{
    public static IEnumerable<StageMemory> LanguageModel(LlamaConfig config) =>
    [
        new TokenEmbeddingMemory("model.embed_tokens", config.VocabularySize, config.HiddenSize),
        .. Enumerable.Range(0, config.LayerCount).Select(index => new LlamaLayerMemory($"model.layers.{index}", config)),
        new LanguageModelHeadMemory(config),
    ];
}
