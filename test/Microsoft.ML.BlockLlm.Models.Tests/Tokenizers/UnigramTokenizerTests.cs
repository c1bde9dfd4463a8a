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
        char[] known = [.. Enumerable.Range(' ', '~' - ' ' + 1).Select(unit => (char)unit).Where(character => !tokenizer.EncodeToIds(character.ToString()).Contains(0))];
        Assert.IsTrue(known.Length > 26 + 26 + 10);
        Prop.ForAll(Gen.Elements(known).ArrayOf().ToArbitrary(), characters =>
            tokenizer.Decode(tokenizer.EncodeToIds(new string(characters))) == new string(characters)).QuickCheckThrowOnFailure();
    }

    [TestMethod]
    public void Offsets_cut_the_tokens_out_of_the_normalized_text()
    {
        var tokens = s_tiny.EncodeToTokens("ﬁ the €€ 😀s", out var normalized);
        Assert.AreEqual("▁fi▁the▁€€▁😀s", normalized);
        Assert.AreEqual(normalized, string.Concat(tokens.Select(token => normalized![token.Offset])));
        CollectionAssert.AreEqual(new[] { "€€" }, tokens.Where(token => token.Id == 0).Select(token => normalized![token.Offset]).ToArray());
        foreach (var token in tokens.Where(token => token.Id != 0))
            Assert.AreEqual(token.Value, normalized![token.Offset]);
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
    public void Special_tokens_are_found_in_text() =>
        CollectionAssert.AreEqual(new[] { 5, 1, 5, 2 }, s_tiny.EncodeToIds("the<s>the</s>").ToArray());

    [TestMethod]
    public void Half_a_surrogate_pair_is_unknown() =>
        CollectionAssert.AreEqual(new[] { 5, 0, 4 }, s_tiny.EncodeToIds("the\ud83ds").ToArray());

    [TestMethod]
    public void Character_that_NET_does_not_normalize_stays() =>
        Assert.AreEqual("fi\uFFFEé\uFFFD", TextNormalizer.Nfkc("ﬁ\uFFFEe\u0301\ud83d"));

    [TestMethod]
    public void Of_equal_pieces_the_last_one_counts()
    {
        CollectionAssert.AreEqual(new[] { 2 }, Ids("a", [("?", 0), ("a", -1), ("a", -2)]));
    }

    [TestMethod]
    public void Piece_may_go_on_past_a_space()
    {
        CollectionAssert.AreEqual(new[] { 1 }, Ids("a▁b", [("?", 0), ("a▁b", -1), ("a", -1), ("▁b", -1)]));
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
        Prop.ForAll(AnyText.Of("the", "cat", "ﬁ", "é", "日本"), text =>
        {
            var tokens = s_tiny.EncodeToTokens(text, out var normalized);
            return string.Concat(tokens.Select(token => normalized![token.Offset])) == normalized
                && tokens.Select(token => token.Id).SequenceEqual(s_tiny.EncodeToIds(text))
                && normalized!.Split('\uFFFE').All(part => part.IsNormalized(NormalizationForm.FormKC));
        }).QuickCheckThrowOnFailure();
    }

    [TestMethod]
    public void Unknown_characters_become_their_bytes_where_the_vocabulary_has_them()
    {
        (string, double)[] vocabulary = [("?", 0), ("a", -1), .. Enumerable.Range(0, 256).Select(value => (CharacterBpeModel.PieceOfByte(value), 0.0))];
        var tokens = new List<TokenSpan>();
        new UnigramModel(vocabulary, unknownId: 0, Enumerable.Range(2, 256).ToHashSet(), [.. Enumerable.Range(2, 256)]).Tokenize("aé€a", 3, tokens);

        CollectionAssert.AreEqual(
            new TokenSpan[] { new(1, 3, 4), new(2 + 0xC3, 4, 5), new(2 + 0xA9, 4, 5), new(2 + 0xE2, 5, 6), new(2 + 0x82, 5, 6), new(2 + 0xAC, 5, 6), new(1, 6, 7) },
            tokens);
    }

    private static int[] Ids(string word, (string, double)[] vocabulary)
    {
        var tokens = new List<TokenSpan>();
        new UnigramModel(vocabulary, unknownId: 0, new HashSet<int>()).Tokenize(word, 0, tokens);
        return [.. tokens.Select(token => token.Id)];
    }
}
