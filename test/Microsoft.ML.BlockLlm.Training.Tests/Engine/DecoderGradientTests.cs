using Microsoft.ML.BlockLlm.Models;
using static TorchSharp.torch;

namespace Microsoft.ML.BlockLlm.Training.Tests;

[TestClass]
public sealed class DecoderGradientTests
{
    private static readonly Dictionary<string, DecoderConfig> s_configs = new()
    {
        ["llama"] = new LlamaConfig { VocabularySize = 9, HiddenSize = 8, IntermediateSize = 12, LayerCount = 2, HeadCount = 4, KeyValueHeadCount = 2, MaxTokens = 8, InitializerRange = 0.5 },
        ["llama-stretched"] = new LlamaConfig
        {
            VocabularySize = 9, HiddenSize = 8, IntermediateSize = 12, LayerCount = 2, HeadCount = 2, MaxTokens = 8, InitializerRange = 0.5, RopeTheta = 100,
            RopeScaling = new RopeScaling { RopeType = "yarn", Factor = 4, OriginalMaxTokens = 2 },
        },
        ["llama-bias"] = new LlamaConfig { VocabularySize = 9, HiddenSize = 8, IntermediateSize = 12, LayerCount = 2, HeadCount = 2, MaxTokens = 8, InitializerRange = 0.5, AttentionBias = true, FeedForwardBias = true },
        ["mistral"] = new MistralConfig { VocabularySize = 9, HiddenSize = 8, IntermediateSize = 12, LayerCount = 2, HeadCount = 4, KeyValueHeadCount = 1, MaxTokens = 8, InitializerRange = 0.5, SlidingWindow = 2 },
        ["qwen2"] = new Qwen2Config { VocabularySize = 9, HiddenSize = 8, IntermediateSize = 12, LayerCount = 2, HeadCount = 2, MaxTokens = 8, InitializerRange = 0.5, TieWordEmbeddings = true },
        ["gpt2"] = new Gpt2Config { VocabularySize = 9, HiddenSize = 8, LayerCount = 2, HeadCount = 2, MaxTokens = 4, InitializerRange = 0.5, ResidualDropout = 0.2 },
    };

    public static IEnumerable<object[]> Models =>
        from name in s_configs.Keys from recompute in new[] { Recompute.None, Recompute.Lowest(2), Recompute.All } select new object[] { name, recompute };

    [TestMethod]
    [DynamicData(nameof(Models))]
    public void Gradients_are_those_of_a_plain_backward(string name, Recompute recompute)
    {
        using var model = CausalLanguageModel.FromConfig(s_configs[name], new Generator(2));
        var tokens = Tokens();
        using var batch = new TrainingBatch(tokens, NextTokenTargets.Of(tokens));

        PlainBackward.AssertSameGradients(model, batch, recompute);
    }

    [TestMethod]
    [DynamicData(nameof(Models))]
    public void So_are_those_of_a_classifier(string name, Recompute recompute)
    {
        var vocabulary = BpeTrainer.Train(["one two three"], new BpeTrainerOptions { VocabularySize = 300 });
        using var model = PretrainedModel.FromConfig(s_configs[name] with { VocabularySize = vocabulary.Size }, vocabulary).CreateClassifier(classCount: 3);
        model.train();
        using var batch = new TrainingBatch(Tokens(), tensor(new long[] { 2, 0 }));

        PlainBackward.AssertSameGradients(model, batch, recompute);
    }

    private static TokenBatch Tokens() =>
        new(tensor(new long[,] { { 1, 2, 3, 4 }, { 5, 6, 7, 0 } }), tensor(new[,] { { true, true, true, true }, { true, true, true, false } }));
}
