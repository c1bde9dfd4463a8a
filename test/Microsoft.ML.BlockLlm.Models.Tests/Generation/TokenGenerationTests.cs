namespace Microsoft.ML.BlockLlm.Models.Tests;

[TestClass]
public sealed class TokenGenerationTests
{
    private static readonly int[] s_prompt = [3, 1, 4];

    public static IEnumerable<object[]> Names => GoldenDecoder.Names;

    [TestMethod]
    [DynamicData(nameof(Names))]
    public void Greedy_tokens_are_the_same_with_and_without_cache(string name)
    {
        using var model = CausalLanguageModel.Load(GoldenDecoder.FolderOf(name));
        var options = new GenerationOptions { MaxNewTokens = 12 };

        var with = model.GenerateIds(s_prompt, options).ToArray();
        CollectionAssert.AreEqual(model.GenerateIds(s_prompt, options with { UseCache = false }).ToArray(), with);
        Assert.HasCount(12, with);
    }

    [TestMethod]
    public void Drawn_tokens_follow_the_seed()
    {
        using var model = CausalLanguageModel.Load(GoldenDecoder.FolderOf("llama"));
        var options = new GenerationOptions { MaxNewTokens = 10, Temperature = 1.5, Seed = 5 };

        var first = model.GenerateIds(s_prompt, options).ToArray();
        CollectionAssert.AreEqual(first, model.GenerateIds(s_prompt, options with { UseCache = false }).ToArray());
        CollectionAssert.AreNotEqual(first, model.GenerateIds(s_prompt, options with { Seed = 6 }).ToArray());
    }

    [TestMethod]
    public void A_text_ends_before_an_id_that_stops_it()
    {
        using var model = CausalLanguageModel.Load(GoldenDecoder.FolderOf("llama"));
        var all = model.GenerateIds(s_prompt, new GenerationOptions { MaxNewTokens = 10 }).ToArray();

        var stopped = model.GenerateIds(s_prompt, new GenerationOptions { MaxNewTokens = 10, StopIds = [all[4]] }).ToArray();
        CollectionAssert.AreEqual(all[..Array.IndexOf(all, all[4])], stopped);
    }

    [TestMethod]
    public void A_text_ends_where_the_model_can_take_no_more()
    {
        using var model = CausalLanguageModel.Load(GoldenDecoder.FolderOf("gpt2"));

        Assert.HasCount(model.Config.MaxTokens - s_prompt.Length, model.GenerateIds(s_prompt).ToArray());
    }

    [TestMethod]
    public void The_model_is_in_training_mode_again_afterwards()
    {
        using var model = CausalLanguageModel.FromConfig(new Gpt2Config { VocabularySize = 40, HiddenSize = 8, LayerCount = 1, HeadCount = 2, MaxTokens = 8 });

        Assert.HasCount(5, model.GenerateIds(s_prompt).ToArray());
        Assert.IsTrue(model.training);
    }

    [TestMethod]
    public void Ids_that_the_model_does_not_know_are_named()
    {
        using var model = CausalLanguageModel.Load(GoldenDecoder.FolderOf("llama"));

        var exception = Assert.ThrowsExactly<ArgumentException>(() => model.GenerateIds([1, 40]));
        StringAssert.Contains(exception.Message, "40");
        Assert.ThrowsExactly<ArgumentException>(() => model.GenerateIds([]));
    }

    [TestMethod]
    public void Cancellation_stops_before_the_next_token()
    {
        using var model = CausalLanguageModel.Load(GoldenDecoder.FolderOf("llama"));
        using var cancellation = new CancellationTokenSource();
        var count = 0;

        Assert.ThrowsExactly<OperationCanceledException>(() =>
        {
            foreach (var _ in model.GenerateIds(s_prompt, cancellationToken: cancellation.Token))
                if (++count == 3)
                    cancellation.Cancel();
        });
        Assert.AreEqual(3, count);
    }
}
