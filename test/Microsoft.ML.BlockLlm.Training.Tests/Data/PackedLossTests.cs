using Microsoft.ML.BlockLlm.Models;
using static TorchSharp.torch;

namespace Microsoft.ML.BlockLlm.Training.Tests;

[TestClass]
public sealed class PackedLossTests
{
    private static readonly TokenDocument[] s_documents =
    [
        new([3, 1, 4, 1, 5]), new([2, 6]), new([5, 3, 5, 8, 7, 2, 3]), new([1, 4, 1, 4, 2, 1], [false, false, false, true, true, true]),
    ];

    private static readonly Dictionary<string, DecoderConfig> s_configs = new()
    {
        ["llama"] = new LlamaConfig { VocabularySize = 9, HiddenSize = 16, IntermediateSize = 24, LayerCount = 2, HeadCount = 4, KeyValueHeadCount = 2, MaxTokens = 32, InitializerRange = 0.5 },
        ["llama with stretched positions"] = new LlamaConfig
        {
            VocabularySize = 9, HiddenSize = 16, IntermediateSize = 24, LayerCount = 2, HeadCount = 4, MaxTokens = 4, InitializerRange = 0.5,
            RopeScaling = new RopeScaling { RopeType = "linear", Factor = 2 },
        },
        ["mistral"] = new MistralConfig { VocabularySize = 9, HiddenSize = 16, IntermediateSize = 24, LayerCount = 2, HeadCount = 4, KeyValueHeadCount = 4, MaxTokens = 32, InitializerRange = 0.5, SlidingWindow = 3 },
        ["qwen2"] = new Qwen2Config { VocabularySize = 9, HiddenSize = 16, IntermediateSize = 24, LayerCount = 2, HeadCount = 2, MaxTokens = 32, InitializerRange = 0.5, TieWordEmbeddings = true },
        ["gpt2"] = new Gpt2Config { VocabularySize = 9, HiddenSize = 16, LayerCount = 2, HeadCount = 2, MaxTokens = 32, InitializerRange = 0.5 },
    };

    public static IEnumerable<object[]> Models => s_configs.Keys.Select(name => new object[] { name });

    [TestMethod]
    [DynamicData(nameof(Models))]
    public void Packed_documents_have_the_losses_that_they_have_alone(string name)
    {
        using var model = Model(name);
        using var packed = TokenSequence.Collate([new TokenSequence(s_documents), new TokenSequence(s_documents[..2])], paddingId: 0);

        var losses = Losses(model, packed);

        var inRow = 0;
        foreach (var document in s_documents)
        {
            using var alone = TokenSequence.Collate([new TokenSequence([document])], paddingId: 0);
            foreach (var expected in Losses(model, alone))
                Assert.AreEqual(expected, losses[inRow++], 1e-5f);
        }
    }

    [TestMethod]
    [DynamicData(nameof(Models))]
    public void Packed_documents_have_the_gradients_that_they_have_alone(string name)
    {
        using var model = Model(name);
        using var packed = TokenSequence.Collate([new TokenSequence(s_documents)], paddingId: 0);
        var alone = s_documents.Select(document => TokenSequence.Collate([new TokenSequence([document])], paddingId: 0)).ToList();

        using var gradients = GradientSum.Of(model, (packed, 1));
        using var expected = GradientSum.Of(model, [.. alone.Select(batch => (batch, (double)batch.TargetCount / packed.TargetCount))]);

        foreach (var (parameter, gradient) in expected)
            Assert.IsTrue(gradients[parameter].allclose(gradient, 1e-4, 1e-5));
        alone.ForEach(batch => batch.Dispose());
    }

    [TestMethod]
    public void Gradients_with_a_masked_prompt_are_those_of_a_loss_written_by_hand()
    {
        using var model = Model("llama");
        int[] ids = [1, 4, 1, 4, 2, 1];
        const int PromptLength = 3;
        using var masked = TokenSequence.Collate([new TokenSequence([s_documents[3]])], paddingId: 0);

        using var gradients = GradientSum.Of(model, (masked, 1));

        using var scope = NewDisposeScope();
        using var tokens = new TokenBatch(tensor(ids.Select(id => (long)id).ToArray()).unsqueeze(0));
        var logProbabilities = nn.functional.log_softmax(model.forward(tokens), dim: -1);
        var loss = zeros(1);
        for (var i = PromptLength; i < ids.Length; i++)
            loss = loss - logProbabilities[0, i - 1, ids[i]] / (ids.Length - PromptLength);
        model.zero_grad();
        loss.backward();
        foreach (var (name, parameter) in model.named_parameters())
            Assert.IsTrue(gradients[parameter].allclose(parameter.grad!, 1e-4, 1e-6), name);
    }

    [TestMethod]
    public void Padding_is_no_target_and_no_token()
    {
        using var batch = TokenSequence.Collate([new TokenSequence([s_documents[0]]), new TokenSequence([s_documents[1]])], paddingId: 0);

        Assert.AreEqual(7, batch.TokenCount);
        Assert.AreEqual(5, batch.TargetCount);
    }

    private static CausalLanguageModel Model(string name)
    {
        using var generator = new Generator(2);
        var model = CausalLanguageModel.FromConfig(s_configs[name], generator);
        model.eval();
        return model;
    }

    /// <summary>The loss of every target of the batch, row after row.</summary>
    private static float[] Losses(CausalLanguageModel model, TrainingBatch batch)
    {
        using var scope = NewDisposeScope();
        using var withoutGraph = no_grad();
        var logProbabilities = nn.functional.log_softmax(model.forward(batch.Tokens), dim: -1);
        var targets = batch.Targets.clamp(min: 0);
        var losses = -logProbabilities.gather(-1, targets.unsqueeze(-1)).squeeze(-1);
        return losses.masked_select(batch.Targets.ne(TrainingBatch.IgnoredTarget)).data<float>().ToArray();
    }
}
