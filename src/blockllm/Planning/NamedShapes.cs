using Microsoft.ML.BlockLlm.Models;

namespace Microsoft.ML.BlockLlm.Tool;

/// <summary>Shapes of well-known models, as their <c>config.json</c> gives them, to plan for without having them.</summary>
internal static class NamedShapes
{
    private static readonly Dictionary<string, ModelConfig> s_shapes = new(StringComparer.OrdinalIgnoreCase)
    {
        ["bert-base"] = Bert(768, 12, 30_522),
        ["bert-large"] = Bert(1024, 24, 30_522),
        ["minilm-l6"] = Bert(384, 6, 30_522),
        ["gpt2"] = Gpt2(768, 12, 12),
        ["gpt2-medium"] = Gpt2(1024, 24, 16),
        ["gpt2-large"] = Gpt2(1280, 36, 20),
        ["gpt2-xl"] = Gpt2(1600, 48, 25),
        ["llama-7b"] = Llama(32_000, 4096, 11_008, 32, 32, 32, 2048),
        ["llama-13b"] = Llama(32_000, 5120, 13_824, 40, 40, 40, 2048),
        ["llama-2-7b"] = Llama(32_000, 4096, 11_008, 32, 32, 32, 4096),
        ["llama-3-8b"] = Llama(128_256, 4096, 14_336, 32, 32, 8, 8192),
        ["mistral-7b"] = Llama(32_000, 4096, 14_336, 32, 32, 8, 32_768),
        ["tinyllama-1.1b"] = Llama(32_000, 2048, 5632, 22, 32, 4, 2048),
        ["qwen2-0.5b"] = new Qwen2Config
        {
            VocabularySize = 151_936, HiddenSize = 896, IntermediateSize = 4864, LayerCount = 24, HeadCount = 14, KeyValueHeadCount = 2, MaxTokens = 32_768, TieWordEmbeddings = true,
        },
    };

    /// <summary>The names, in alphabetical order.</summary>
    public static IEnumerable<string> Names => s_shapes.Keys.Order(StringComparer.Ordinal);

    /// <summary>The shape of a name; null if none has it.</summary>
    public static ModelConfig? Find(string name) => s_shapes.GetValueOrDefault(name);

    private static BertConfig Bert(int hidden, int layers, int vocabulary) => new()
    {
        VocabularySize = vocabulary, HiddenSize = hidden, LayerCount = layers, HeadCount = hidden == 1024 ? 16 : 12, IntermediateSize = 4 * hidden, MaxTokens = 512, TokenTypeCount = 2,
    };

    private static Gpt2Config Gpt2(int hidden, int layers, int heads) => new()
    {
        VocabularySize = 50_257, HiddenSize = hidden, LayerCount = layers, HeadCount = heads, MaxTokens = 1024, TieWordEmbeddings = true,
    };

    private static LlamaConfig Llama(int vocabulary, int hidden, int intermediate, int layers, int heads, int keyValueHeads, int maxTokens) => new()
    {
        VocabularySize = vocabulary, HiddenSize = hidden, IntermediateSize = intermediate, LayerCount = layers, HeadCount = heads, KeyValueHeadCount = keyValueHeads, MaxTokens = maxTokens,
    };
}
