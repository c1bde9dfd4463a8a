using FsCheck;
using FsCheck.Fluent;

namespace Microsoft.ML.BlockLlm.Models.Tests;

[TestClass]
public sealed class ByteTokenizerTests
{
    private static readonly ByteTokenizer s_bytes = new("<|endoftext|>");

    [TestMethod]
    public void Ids_are_the_bytes() => CollectionAssert.AreEqual(new[] { 97, 0xC3, 0xA9, 10 }, s_bytes.EncodeToIds("aé\n").ToArray());

    [TestMethod]
    public void Special_tokens_follow_the_bytes()
    {
        CollectionAssert.AreEqual(new[] { 97, 256, 98 }, s_bytes.EncodeToIds("a<|endoftext|>b").ToArray());
        Assert.AreEqual(257, s_bytes.VocabularySize);
    }

    [TestMethod]
    public void Token_has_its_whole_character_as_offset()
    {
        var offsets = s_bytes.EncodeToTokens("a😀", out _).Select(token => token.Offset).ToArray();
        CollectionAssert.AreEqual(new[] { 0..1, 1..3, 1..3, 1..3, 1..3 }, offsets);
    }

    [TestMethod]
    public void Any_text_comes_back() => Prop.ForAll(AnyText.Of("<|endoftext|>", "é", "日本"), text =>
        s_bytes.Decode(s_bytes.EncodeToIds(text)) == AnyText.Encodable(text)).QuickCheckThrowOnFailure();

    [TestMethod]
    public void Special_tokens_must_differ_and_not_be_empty()
    {
        Assert.ThrowsExactly<ArgumentException>(() => _ = new ByteTokenizer("<s>", "<s>"));
        Assert.ThrowsExactly<ArgumentException>(() => _ = new ByteTokenizer(""));
    }
}
