using FsCheck;
using FsCheck.Fluent;

namespace Microsoft.ML.BlockLlm.Models.Tests;

[TestClass]
public sealed class WordPieceTests
{
    private static readonly GoldenTokenizer s_bert = GoldenTokenizer.Read("bert");

    [TestMethod]
    public void Ids_equal_those_of_the_plain_algorithm() => s_bert.RequireIds();

    [TestMethod]
    public void Offsets_equal_those_of_the_plain_algorithm() => s_bert.RequireOffsets();

    [TestMethod]
    public void Limit_keeps_the_first_tokens_also_inside_a_word() => s_bert.RequireLimits();

    [TestMethod]
    [DataRow("a\nb")]
    [DataRow("a\tb")]
    public void Line_breaks_and_tabs_part_words(string text) => Assert.AreEqual("a b", s_bert.Tokenizer.Decode(s_bert.Tokenizer.EncodeToIds(text)));

    [TestMethod]
    public void Symbols_are_kept() => Assert.AreEqual("$ 5 + 3 = 8", s_bert.Tokenizer.Decode(s_bert.Tokenizer.EncodeToIds("$5+3=8")));

    [TestMethod]
    public void Offsets_cut_the_tokens_out_of_the_normalized_text()
    {
        var tokens = s_bert.Tokenizer.EncodeToTokens("Unhappiest  café [SEP]", out var normalized);
        Assert.AreEqual("unhappiest  cafe [SEP]", normalized);
        CollectionAssert.AreEqual(new[] { "un", "happiest", "cafe", "[SEP]" }, new[] { tokens[0], tokens[1], tokens[^2], tokens[^1] }
            .Select((token, index) => normalized![index == 1 ? new Range(token.Offset.Start, tokens[3].Offset.End) : token.Offset]).ToArray());
        CollectionAssert.AreEqual(new[] { "un", "##hap", "##pi", "##est", "cafe", "[SEP]" }, tokens.Select(token => token.Value).ToArray());
    }

    [TestMethod]
    public void Word_without_pieces_is_one_unknown_token() =>
        CollectionAssert.AreEqual(new[] { 1 }, s_bert.Tokenizer.EncodeToIds(new string('é', 101)).ToArray());

    [TestMethod]
    public void Any_text_can_be_encoded_with_offsets_in_order()
    {
        Prop.ForAll(AnyText.Of("un", "happiest", "[SEP]", "é", "日本"), text =>
        {
            var tokens = s_bert.Tokenizer.EncodeToTokens(text, out var normalized);
            var ends = tokens.Select(token => token.Offset.End.Value).ToArray();
            return ends.SequenceEqual(ends.Order()) && (ends.Length == 0 || ends[^1] <= normalized!.Length)
                && tokens.Select(token => token.Id).SequenceEqual(s_bert.Tokenizer.EncodeToIds(text));
        }).QuickCheckThrowOnFailure();
    }

    [TestMethod]
    public void Vocabulary_without_special_tokens_is_refused()
    {
        var exception = Assert.ThrowsExactly<ModelLoadException>(() => VocabularyFiles.WordPiece("[UNK]\n[SEP]\n"u8.ToArray(), new TokenizerSettings(), "vocab.txt"));
        Assert.Contains("[CLS]", exception.Message);
    }
}
