using Microsoft.ML.BlockLlm.Models;

namespace Microsoft.ML.BlockLlm.Training;

/// <summary>What the stages of decoders take: LLaMA with its kin, and GPT-2, as language models and as classifiers by the last token.</summary>
internal static class DecoderMemory
{
    private const string LlamaEmbedding = "model.embed_tokens";
    private const string Gpt2Embedding = "transformer.wte";

    public static IEnumerable<StageMemory>? LanguageModel(ModelConfig config) =>
        Body(config) is not { } body ? null : [.. body, new LanguageModelHeadMemory((DecoderConfig)config, NormOf(config), Tied(config))];

    public static IEnumerable<StageMemory>? Classifier(ModelConfig config, int classCount) => Body(config) is not { } body ? null :
    [
        .. body,
        new TextVectorMemory("norm", config.HiddenSize, NormOf(config)),
        new FeatureMemory("score", config.HiddenSize, classCount, hasBias: false),
    ];

    private static IEnumerable<StageMemory>? Body(ModelConfig config) => config switch
    {
        LlamaConfig llama =>
        [
            new TokenEmbeddingMemory(LlamaEmbedding, llama.VocabularySize, llama.HiddenSize),
            .. Enumerable.Range(0, llama.LayerCount).Select(index => new LlamaLayerMemory($"model.layers.{index}", llama)),
        ],
        Gpt2Config gpt2 =>
        [
            new EmbeddingMemory("transformer", gpt2.HiddenSize, gpt2.EmbeddingDropout,
            [
                ParameterSize.Matrix($"{Gpt2Embedding}.weight", gpt2.VocabularySize, gpt2.HiddenSize),
                ParameterSize.Matrix("transformer.wpe.weight", gpt2.MaxTokens, gpt2.HiddenSize),
            ], hasNorm: false),
            .. Enumerable.Range(0, gpt2.LayerCount).Select(index => new Gpt2LayerMemory($"transformer.h.{index}", gpt2)),
        ],
        _ => null,
    };

    private static IReadOnlyList<ParameterSize> NormOf(ModelConfig config) =>
        config is Gpt2Config ? [.. StageMemory.Norm("transformer.ln_f", config.HiddenSize)] : [new("model.norm.weight", config.HiddenSize)];

    private static string Tied(ModelConfig config) => config is Gpt2Config ? Gpt2Embedding : LlamaEmbedding;
}
