using System.Text;
using System.Text.Json.Nodes;
using FsCheck;
using FsCheck.Fluent;

namespace Microsoft.ML.BlockLlm.Models.Tests;

[TestClass]
public sealed class ByteLevelBpeTests
{
    private static readonly GoldenTokenizer s_gpt2 = GoldenTokenizer.Read("gpt2");

    [TestMethod]
    public void Ids_equal_those_of_the_plain_algorithm() => s_gpt2.RequireIds();

    [TestMethod]
    public void Limit_keeps_the_first_tokens_also_inside_a_word() => s_gpt2.RequireLimits();

    [TestMethod]
    public void Offsets_equal_those_of_the_plain_algorithm() => s_gpt2.RequireOffsets();

    [TestMethod]
    public void Roberta_leaves_spaces_out_of_offsets()
    {
        var vocabulary = JsonNode.Parse(File.ReadAllBytes(TestFiles.Golden("tokenizers/gpt2/vocab.json")))!.AsObject();
        (vocabulary["<s>"], vocabulary["</s>"]) = (vocabulary.Count, vocabulary.Count + 1);
        var loaded = VocabularyFiles.ByteLevelBpe(
            Encoding.UTF8.GetBytes(vocabulary.ToJsonString()), File.ReadAllBytes(TestFiles.Golden("tokenizers/gpt2/merges.txt")), new TokenizerSettings(), "roberta");
        (s_gpt2 with { Loaded = loaded }).RequireTrimmedOffsets();
    }

    [TestMethod]
    public void Any_text_comes_back()
    {
        Prop.ForAll(AnyText.Of("'s", "the", "<|endoftext|>", "é", "日本", "\0"), text =>
            s_gpt2.Tokenizer.Decode(s_gpt2.Tokenizer.EncodeToIds(text)) == AnyText.Encodable(text)).QuickCheckThrowOnFailure();
    }

    [TestMethod]
    public void Half_a_surrogate_pair_comes_back_as_the_replacement_character() =>
        Assert.AreEqual("a\uFFFDb", s_gpt2.Tokenizer.Decode(s_gpt2.Tokenizer.EncodeToIds("a\ud83db")));

    [TestMethod]
    public void Letters_outside_the_basic_plane_are_letters()
    {
        var words = new PatternPreTokenizer(PatternPreTokenizer.Gpt2Pattern).PreTokenize("a𝐀𝐁 𠮷x 😀𝟘").ToArray();
        CollectionAssert.AreEqual(new[] { (0, 5), (5, 4), (9, 3), (12, 2) }, words);
    }

    [TestMethod]
    public void Qwen2_takes_digits_one_by_one_and_line_breaks_together()
    {
        const string text = "It'S 123,\r\n\r\n  ok";
        var words = new PatternPreTokenizer(PatternPreTokenizer.Qwen2Pattern).PreTokenize(text).Select(word => text.Substring(word.Offset, word.Length));
        CollectionAssert.AreEqual(new[] { "It", "'S", " ", "1", "2", "3", ",\r\n\r\n", " ", " ok" }, words.ToArray());
    }

    [TestMethod]
    public void Id_outside_the_vocabulary_cannot_be_decoded() => Assert.ThrowsExactly<InvalidOperationException>(() => s_gpt2.Tokenizer.Decode([100_000]));

    [TestMethod]
    public void Count_is_the_number_of_ids() => Assert.AreEqual(3, s_gpt2.Tokenizer.CountTokens("the cat sat"));

    [TestMethod]
    public void Threads_do_not_disturb_each_other()
    {
        var fresh = GoldenTokenizer.Read("gpt2");
        Parallel.For(0, 64, _ => fresh.RequireIds());
    }

    [TestMethod]
    [DataRow("x y z")]
    [DataRow("x")]
    [DataRow("x zz")]
    public void Broken_merges_are_named(string line)
    {
        var vocabulary = File.ReadAllBytes(TestFiles.Golden("tokenizers/gpt2/vocab.json"));
        var exception = Assert.ThrowsExactly<ModelLoadException>(() => VocabularyFiles.ByteLevelBpe(vocabulary, Encoding.UTF8.GetBytes(line), new TokenizerSettings(), "model"));
        Assert.Contains("merges.txt", exception.Message);
    }
}
