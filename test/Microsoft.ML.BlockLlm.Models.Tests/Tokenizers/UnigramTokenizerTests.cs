using System.Text;
using FsCheck;
using FsCheck.Fluent;
using Microsoft.ML.Tokenizers;

namespace Microsoft.ML.BlockLlm.Models.Tests;

[TestClass]
public sealed class UnigramTokenizerTests
{
    private static readonly Tokenizer s_tiny = PretrainedModel.FromDirectory(TestFiles.TinyUseLite).Tokenizer;

    [TestMethod]
    public void Tiny_vocabulary_gives_the_best_of_all_splits()
    {
        foreach (var answer in TestFiles.TinyUseLiteAnswers)
            CollectionAssert.AreEqual(answer.Ids, s_tiny.EncodeToIds(answer.Text, 16, out _, out _).ToArray(), answer.Text);
    }

    [TestMethod]
    public void Real_vocabulary_gives_the_known_ids()
    {
        var tokenizer = PretrainedModel.FromDirectory(TestFiles.RealUseLite).Tokenizer;
        foreach (var answer in TestFiles.RealUseLiteAnswers)
            CollectionAssert.AreEqual(answer.Ids, tokenizer.EncodeToIds(answer.Text).ToArray(), answer.Text);
    }

    [TestMethod]
    public void Real_vocabulary_decodes_what_it_encodes()
    {
        var tokenizer = PretrainedModel.FromDirectory(TestFiles.RealUseLite).Tokenizer;
        Prop.ForAll(ArbMap.Default.GeneratorFor<char>().Where(character => character is >= ' ' and <= '~').ArrayOf().ToArbitrary(), characters =>
        {
            var text = new string(characters);
            var ids = tokenizer.EncodeToIds(text);
            return ids.Contains(0) || tokenizer.Decode(ids) == text;
        }).QuickCheckThrowOnFailure();
    }

    [TestMethod]
    public void Offsets_cut_the_tokens_out_of_the_normalized_text()
    {
        var tokens = s_tiny.EncodeToTokens("ﬁ the €€ 😀s", out var normalized);
        Assert.AreEqual("▁fi▁the▁€€▁😀s", normalized);
        foreach (var token in tokens)
            Assert.AreEqual(token.Value, normalized![token.Offset]);
        Assert.AreEqual(normalized, string.Concat(tokens.Select(token => token.Value)));
    }

    [TestMethod]
    public void Limit_keeps_the_first_tokens_and_says_how_far_they_reach()
    {
        const string text = "the cat sat on the mat.";
        var whole = s_tiny.EncodeToIds(text);
        for (var limit = 0; limit <= whole.Count; limit++)
        {
            var cut = s_tiny.EncodeToIds(text, limit, out var normalized, out var consumed);
            CollectionAssert.AreEqual(whole.Take(limit).ToArray(), cut.ToArray());
            Assert.AreEqual(string.Concat(s_tiny.EncodeToTokens(text, out _).Take(limit).Select(token => token.Value)), normalized![..consumed]);
        }
    }

    [TestMethod]
    public void Unknown_characters_in_a_row_are_one_token() =>
        CollectionAssert.AreEqual(new[] { 6, 0, 6, 0 }, s_tiny.EncodeToIds("日本 語").ToArray());

    [TestMethod]
    public void Text_never_gives_a_reserved_token() =>
        Assert.DoesNotContain(1, s_tiny.EncodeToIds("<s>the"));

    [TestMethod]
    public void Half_a_surrogate_pair_is_unknown() =>
        CollectionAssert.AreEqual(new[] { 5, 0, 4 }, s_tiny.EncodeToIds("the\ud83ds").ToArray());

    [TestMethod]
    public void Of_equal_pieces_the_last_one_counts()
    {
        var tokenizer = new UnigramTokenizer([("?", 0), ("a", -1), ("a", -2)], unknownId: 0, [], new TextNormalizer([]));
        CollectionAssert.AreEqual(new[] { 2 }, tokenizer.EncodeToIds("a").ToArray());
    }

    [TestMethod]
    public void Piece_may_go_on_past_a_space()
    {
        var tokenizer = new UnigramTokenizer([("?", 0), ("a▁b", -1), ("a", -1), ("▁b", -1)], unknownId: 0, [], new TextNormalizer([]));
        CollectionAssert.AreEqual(new[] { 1 }, tokenizer.EncodeToIds("a▁b").ToArray());
    }

    [TestMethod]
    public void Count_is_the_number_of_ids() => Assert.AreEqual(s_tiny.EncodeToIds("mats on cats").Count, s_tiny.CountTokens("mats on cats"));

    [TestMethod]
    public void Id_outside_the_vocabulary_cannot_be_decoded() =>
        Assert.ThrowsExactly<InvalidOperationException>(() => s_tiny.Decode([5, 1000]));

    [TestMethod]
    public void Reserved_tokens_are_not_shown() => Assert.AreEqual("the cat", s_tiny.Decode([1, 5, 7, 2]));

    [TestMethod]
    public void Any_text_is_split_into_all_of_its_characters()
    {
        Prop.ForAll(ArbMap.Default.ArbFor<string?>(), text =>
        {
            var tokens = s_tiny.EncodeToTokens(text ?? "", out var normalized);
            return string.Concat(tokens.Select(token => token.Value)) == normalized
                && tokens.Select(token => token.Id).SequenceEqual(s_tiny.EncodeToIds(text ?? ""))
                && normalized!.IsNormalized(NormalizationForm.FormKC);
        }).QuickCheckThrowOnFailure();
    }
}
