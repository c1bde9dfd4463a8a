using System.Buffers;
using Microsoft.ML.Tokenizers;

namespace Microsoft.ML.BlockLlm.Standins.Tests.Tokenizers;

/// <summary>What a tokenizer gets from its base class.</summary>
[TestClass]
public sealed class TokenizerTests
{
    private static readonly LetterTokenizer s_letters = new();

    [TestMethod]
    public void Ids_are_those_of_the_tokens() => CollectionAssert.AreEqual(new[] { 'a', 'b', 'c' }.Select(letter => (int)letter).ToArray(), s_letters.EncodeToIds("ABC").ToArray());

    [TestMethod]
    public void Count_is_that_of_the_tokens() => Assert.AreEqual(3, s_letters.CountTokens("ABC"));

    [TestMethod]
    public void Limit_and_what_was_consumed_go_through()
    {
        var ids = s_letters.EncodeToIds("ABC", 2, out var normalized, out var consumed);
        CollectionAssert.AreEqual(new int[] { 'a', 'b' }, ids.ToArray());
        Assert.AreEqual("abc", normalized);
        Assert.AreEqual(2, consumed);
    }

    [TestMethod]
    public void Normalization_can_be_left_out()
    {
        var tokens = s_letters.EncodeToTokens("AB", out var normalized, considerNormalization: false);
        Assert.IsNull(normalized);
        Assert.IsTrue(tokens[1].Equals(new EncodedToken('B', "B", 1..2)));
        Assert.IsFalse(tokens[1].Equals(new EncodedToken('B', "B", 0..1)));
    }

    [TestMethod]
    public void Text_is_not_split_into_words_by_default() => Assert.IsNull(s_letters.PreTokenizer);

    [TestMethod]
    public void Without_a_limit_all_tokens_are_asked_for() => Assert.AreEqual(int.MaxValue, new EncodeSettings().MaxTokenCount);

    [TestMethod]
    public void Decoding_makes_room_for_any_length()
    {
        var text = new string('x', 100_000);
        Assert.AreEqual(text, s_letters.Decode(text.Select(letter => (int)letter)));
    }

    [TestMethod]
    public void Ids_that_cannot_be_decoded_are_refused() => Assert.ThrowsExactly<InvalidOperationException>(() => s_letters.Decode([-1]));

    /// <summary>One token for each letter, in lower case.</summary>
    private sealed class LetterTokenizer : Tokenizer
    {
        public override Normalizer Normalizer { get; } = new LowerCase();

        protected override EncodeResults<EncodedToken> EncodeToTokens(string? text, ReadOnlySpan<char> textSpan, EncodeSettings settings)
        {
            var normalized = settings.ConsiderNormalization ? Normalizer.Normalize(textSpan) : null;
            var source = normalized ?? textSpan.ToString();
            var tokens = source.Take(settings.MaxTokenCount).Select((letter, index) => new EncodedToken(letter, letter.ToString(), index..(index + 1))).ToList();
            return new EncodeResults<EncodedToken> { Tokens = tokens, NormalizedText = normalized, CharsConsumed = tokens.Count };
        }

        public override OperationStatus Decode(IEnumerable<int> ids, Span<char> destination, out int idsConsumed, out int charsWritten)
        {
            idsConsumed = charsWritten = 0;
            foreach (var id in ids)
            {
                if (id < 0)
                    return OperationStatus.InvalidData;
                if (charsWritten == destination.Length)
                    return OperationStatus.DestinationTooSmall;
                destination[charsWritten++] = (char)id;
                idsConsumed++;
            }
            return OperationStatus.Done;
        }
    }

    private sealed class LowerCase : Normalizer
    {
        public override string Normalize(string original) => original.ToLowerInvariant();

        public override string Normalize(ReadOnlySpan<char> original) => Normalize(original.ToString());
    }
}
