using static TorchSharp.torch;

namespace Microsoft.ML.BlockLlm.Models.Tests;

/// <summary>A language model with its tokenizer, from a folder and back into one.</summary>
[TestClass]
public sealed class LanguageModelFolderTests
{
    public static IEnumerable<object[]> Names => GoldenDecoder.Names;

    [TestMethod]
    [DynamicData(nameof(Names))]
    public void A_pretrained_model_makes_the_language_model_of_its_folder(string name)
    {
        using var folder = GoldenDecoder.FolderWithTokenizer(name);
        using var model = PretrainedModel.FromDirectory(folder.Path).CreateLanguageModel();
        using var batch = GoldenDecoder.Read(name).Batch();
        Assert.IsTrue(model.training);
        model.eval();
        using var logits = model.forward(batch);

        GoldenDecoder.AssertLogits(GoldenDecoder.Read(name).Logits, logits);
    }

    [TestMethod]
    public void A_saved_language_model_brings_its_tokenizer_along()
    {
        using var folder = GoldenDecoder.FolderWithTokenizer("llama");
        using var saved = new TemporaryFolder();
        using (var model = PretrainedModel.FromDirectory(folder.Path).CreateLanguageModel())
            model.Save(saved.Path);

        CollectionAssert.AreEqual(File.ReadAllBytes(folder.File("tokenizer.json")), File.ReadAllBytes(saved.File("tokenizer.json")));
        using var loaded = CausalLanguageModel.Load(saved.Path);
        const string text = "the cat sat";
        CollectionAssert.AreEqual(
            PretrainedModel.FromDirectory(folder.Path).Tokenizer.EncodeToIds(text).ToArray(), loaded.CreateBatchEncoder().EncodeToIds(text).ToArray());
        using var again = PretrainedModel.FromDirectory(saved.Path).CreateLanguageModel();
        Assert.IsTrue(again.get_parameter("lm_head.weight")!.allclose(loaded.get_parameter("lm_head.weight")!, 0, 0));
    }

    [TestMethod]
    public void A_language_model_can_be_kept_in_an_archive()
    {
        using var folder = GoldenDecoder.FolderWithTokenizer("llama");
        var archive = new Dictionary<string, byte[]>();
        using var model = CausalLanguageModel.Load(folder.Path);
        model.Save((name, write) =>
        {
            using var bytes = new MemoryStream();
            write(bytes);
            archive.Add(name, bytes.ToArray());
        });

        using var loaded = CausalLanguageModel.Load((name, read) =>
        {
            if (!archive.TryGetValue(name, out var bytes))
                return false;
            read(new MemoryStream(bytes));
            return true;
        });
        foreach (var ((name, before), (_, after)) in model.named_parameters().Zip(loaded.named_parameters()))
            Assert.IsTrue(before.allclose(after, 0, 0), name);
        CollectionAssert.AreEqual(model.Tokenizer!.EncodeToIds("the cat").ToArray(), loaded.Tokenizer!.EncodeToIds("the cat").ToArray());
    }

    [TestMethod]
    public void An_archive_without_weights_is_refused()
    {
        using var folder = GoldenDecoder.FolderWithTokenizer("llama");
        var exception = Assert.ThrowsExactly<ModelLoadException>(() => CausalLanguageModel.Load((name, read) =>
        {
            if (name != "config.json")
                return false;
            using var stream = File.OpenRead(folder.File(name));
            read(stream);
            return true;
        }));

        StringAssert.Contains(exception.Message, "no model.safetensors");
    }

    [TestMethod]
    public void An_encoder_makes_no_language_model()
    {
        var exception = Assert.ThrowsExactly<ModelLoadException>(() => PretrainedModel.FromDirectory(TestFiles.TinyUseLite).CreateLanguageModel());

        StringAssert.Contains(exception.Message, "'use-lite'");
        StringAssert.Contains(exception.Message, "CreateClassifier");
        StringAssert.Contains(exception.Message, "gpt2, llama, mistral, qwen2");
    }

    [TestMethod]
    public void New_weights_are_those_of_the_seed()
    {
        var config = new LlamaConfig { VocabularySize = 50, HiddenSize = 32, IntermediateSize = 48, LayerCount = 2, HeadCount = 4, MaxTokens = 16 };
        using var first = PretrainedModel.FromConfig(config, TestFiles.TinyUseLite, seed: 7).CreateLanguageModel();
        using var generator = new Generator(7);
        using var second = CausalLanguageModel.FromConfig(config, generator);

        foreach (var ((name, expected), (_, actual)) in second.named_parameters().Zip(first.named_parameters()))
            Assert.IsTrue(expected.allclose(actual, 0, 0), name);
        Assert.IsNotNull(first.Tokenizer);
        Assert.IsNull(second.Tokenizer);
    }

    [TestMethod]
    public void A_model_without_tokenizer_reads_no_text()
    {
        using var model = CausalLanguageModel.Load(GoldenDecoder.FolderOf("llama"));

        Assert.IsNull(model.Tokenizer);
        var exception = Assert.ThrowsExactly<InvalidOperationException>(() => new TextGenerator(model).Generate(""));
        StringAssert.Contains(exception.Message, "tokenizer");
    }
}
