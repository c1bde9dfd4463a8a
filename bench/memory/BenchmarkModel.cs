using Microsoft.ML.BlockLlm.Models;
using Microsoft.ML.BlockLlm.Training;

/// <summary>A model of the table, and what the plan knows of it.</summary>
internal sealed record BenchmarkModel(Func<StagedModel> Create, ModelMemory Memory, bool IsLanguageModel, int Classes)
{
    private const int ClassCount = 6;

    /// <summary>The model of a name; <paramref name="useLite"/> is the folder of the Universal Sentence Encoder lite, whose tokenizer the others borrow.</summary>
    public static BenchmarkModel Of(string name, string useLite) => name switch
    {
        "use-lite" => Classifier(PretrainedModel.FromDirectory(useLite)),
        "minilm" => Classifier(PretrainedModel.FromConfig(
            new BertConfig { VocabularySize = 30522, HiddenSize = 384, LayerCount = 6, MaxTokens = 512, IntermediateSize = 1536, HeadCount = 12 }, useLite)),
        "llama" => LanguageModel(new LlamaConfig { VocabularySize = 256, HiddenSize = 384, LayerCount = 8, MaxTokens = 256, IntermediateSize = 1024, HeadCount = 6 }),
        "bert-base" => Classifier(PretrainedModel.FromConfig(
            new BertConfig { VocabularySize = 30522, HiddenSize = 768, LayerCount = 12, MaxTokens = 512, IntermediateSize = 3072, HeadCount = 12 }, useLite)),
        "llama-134m" => LanguageModel(new LlamaConfig { VocabularySize = 32000, HiddenSize = 768, LayerCount = 12, MaxTokens = 512, IntermediateSize = 2048, HeadCount = 12 }),
        // The same layers so narrow that they cost next to nothing but the calls.
        "llama-134m-thin" => LanguageModel(new LlamaConfig { VocabularySize = 256, HiddenSize = 24, LayerCount = 12, MaxTokens = 512, IntermediateSize = 64, HeadCount = 12 }),
        "bert-base-thin" => Classifier(PretrainedModel.FromConfig(
            new BertConfig { VocabularySize = 30522, HiddenSize = 24, LayerCount = 12, MaxTokens = 512, IntermediateSize = 96, HeadCount = 12 }, useLite)),
        "llama-41m" => LanguageModel(new LlamaConfig { VocabularySize = 256, HiddenSize = 512, LayerCount = 12, MaxTokens = 256, IntermediateSize = 1536, HeadCount = 8 }),
        "gpt2" => LanguageModel(new Gpt2Config { VocabularySize = 50257, HiddenSize = 768, LayerCount = 6, MaxTokens = 1024, HeadCount = 12 }),
        _ => throw new ArgumentException($"There is no model '{name}' here.", nameof(name)),
    };

    private static BenchmarkModel Classifier(PretrainedModel model) =>
        new(() => model.CreateClassifier(ClassCount), ModelMemory.OfClassifier(model.Config, ClassCount), false, ClassCount);

    private static BenchmarkModel LanguageModel(DecoderConfig config) =>
        new(() => CausalLanguageModel.FromConfig(config), ModelMemory.OfLanguageModel(config), true, config.VocabularySize);
}
