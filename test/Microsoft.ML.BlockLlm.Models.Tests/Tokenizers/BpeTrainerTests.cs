using FsCheck;
using FsCheck.Fluent;

namespace Microsoft.ML.BlockLlm.Models.Tests;

[TestClass]
public sealed class BpeTrainerTests
{
    private static readonly string s_corpus = File.ReadAllText(TestFiles.Golden("tokenizers/gpt2/corpus.txt"));

    [TestMethod]
    public void Merges_and_ids_equal_those_of_the_plain_algorithm()
    {
        using var folder = new TemporaryFolder();
        var expected = VocabularyFiles.ByteLevelBpe(
            File.ReadAllBytes(TestFiles.Golden("tokenizers/gpt2/vocab.json")), File.ReadAllBytes(TestFiles.Golden("tokenizers/gpt2/merges.txt")), new TokenizerSettings(), "gpt2");
        var vocabulary = BpeTrainer.Train([s_corpus], new BpeTrainerOptions { VocabularySize = expected.VocabularySize, MinFrequency = 1 });
        vocabulary.Save(folder.Path);
        Assert.AreEqual(expected.VocabularySize, vocabulary.Size);
        Assert.AreEqual(File.ReadAllText(TestFiles.Golden("tokenizers/gpt2/merges.txt")), File.ReadAllText(Path.Combine(folder.Path, "merges.txt")));
        CollectionAssert.AreEqual(expected.Tokenizer.EncodeToIds(s_corpus).ToArray(), vocabulary.CreateTokenizer().EncodeToIds(s_corpus).ToArray());
    }

    [TestMethod]
    [DataRow("tokenizer.json")]
    [DataRow("vocab.json")]
    public void Saved_files_give_the_same_ids(string kept)
    {
        using var folder = new TemporaryFolder();
        var vocabulary = BpeTrainer.Train([s_corpus], new BpeTrainerOptions { VocabularySize = 300 });
        vocabulary.Save(folder.Path);
        if (kept == "vocab.json")
            File.Delete(Path.Combine(folder.Path, "tokenizer.json"));
        var loaded = TokenizerFiles.Read(ModelFiles.InDirectory(folder.Path), "saved").Loaded;
        Assert.AreEqual(300, loaded.VocabularySize);
        var text = s_corpus + "<|endoftext|>";
        CollectionAssert.AreEqual(vocabulary.CreateTokenizer().EncodeToIds(text).ToArray(), loaded.Tokenizer.EncodeToIds(text).ToArray());
    }

    [TestMethod]
    public void Pairs_that_are_too_rare_are_not_merged()
    {
        Assert.AreEqual(256, Train("ab ab", minFrequency: 3).Size);
        Assert.AreEqual(257, Train("ab ab", minFrequency: 2).Size);
    }

    [TestMethod]
    public void Special_tokens_get_the_last_ids_and_are_not_learned_from()
    {
        var vocabulary = BpeTrainer.Train(["<s><s><s>", "abab"], new BpeTrainerOptions { VocabularySize = 300, MinFrequency = 1, SpecialTokens = ["<s>", "</s>"] });
        Assert.AreEqual(256 + 2 + 2, vocabulary.Size);
        CollectionAssert.AreEqual(new[] { 258, 257, 259 }, vocabulary.CreateTokenizer().EncodeToIds("<s>abab</s>").ToArray());
    }

    [TestMethod]
    public void Vocabulary_knows_any_text()
    {
        var tokenizer = BpeTrainer.Train([s_corpus]).CreateTokenizer();
        Prop.ForAll(AnyText.Of("the", "é", "日本"), text => tokenizer.Decode(tokenizer.EncodeToIds(text)) == AnyText.Encodable(text)).QuickCheckThrowOnFailure();
    }

    [TestMethod]
    [DataRow(256, 1, "VocabularySize must be at least 257")]
    [DataRow(300, 0, "MinFrequency must be at least 1")]
    public void Options_out_of_range_are_named(int vocabularySize, int minFrequency, string problem)
    {
        var exception = Assert.ThrowsExactly<ArgumentOutOfRangeException>(
            () => BpeTrainer.Train([], new BpeTrainerOptions { VocabularySize = vocabularySize, MinFrequency = minFrequency }));
        Assert.Contains(problem, exception.Message);
    }

    [TestMethod]
    [DataRow("")]
    [DataRow("a")]
    [DataRow("<s>")]
    public void Special_token_that_cannot_be_is_named(string token) =>
        Assert.Contains("SpecialTokens", Assert.ThrowsExactly<ArgumentException>(() => _ = new BpeTrainerOptions { SpecialTokens = ["<s>", token] }).Message);

    [TestMethod]
    public void Training_can_be_cancelled()
    {
        using var source = new CancellationTokenSource();
        source.Cancel();
        Assert.ThrowsExactly<OperationCanceledException>(() => BpeTrainer.Train([s_corpus], cancellationToken: source.Token));
    }

    private static BpeVocabulary Train(string text, int minFrequency) =>
        BpeTrainer.Train([text], new BpeTrainerOptions { MinFrequency = minFrequency, SpecialTokens = [] });
}
