using System.Buffers;
using System.Globalization;
using System.Text;

namespace Microsoft.ML.BlockLlm.Models;

/// <summary>Finds added tokens: the first one, and of those that begin at one place the longest.</summary>
internal sealed class AddedTokens
{
    private readonly Dictionary<int, AddedToken> _byId = [];
    private readonly PieceTrie _trie;

    public AddedTokens(IEnumerable<AddedToken> tokens)
    {
        foreach (var token in tokens)
            _byId[token.Id] = token;
        _trie = new PieceTrie(_byId.Values.Where(token => token.Pattern.Length > 0).DistinctBy(token => token.Pattern).Select(token => (token.Pattern, token.Id)));
    }

    /// <summary>How many there are.</summary>
    public int Count => _byId.Count;

    /// <summary>How the token of an id is written, or null if there is none.</summary>
    public string? ContentOf(int id) => _byId.GetValueOrDefault(id)?.Content;

    /// <summary>Cuts a text into added tokens and what lies between them.</summary>
    /// <returns>Ranges that cover the text, with the token's id, or null between tokens.</returns>
    public IEnumerable<(int Begin, int End, int? Id)> Split(string text)
    {
        var begin = 0;
        for (var position = 0; _byId.Count > 0 && position < text.Length; position++)
        {
            if (Longest(text, position) is not { } found)
                continue;
            var (from, to) = (position, position + found.Pattern.Length);
            position = to - 1;
            if (found.IsWholeWord && (EndsInWord(text.AsSpan(0, from)) || BeginsWithWord(text.AsSpan(to))))
                continue;
            while (found.TakesSpaceBefore && from > begin && char.IsWhiteSpace(text[from - 1]))
                from--;
            while (found.TakesSpaceAfter && to < text.Length && char.IsWhiteSpace(text[to]))
                to++;
            if (from > begin)
                yield return (begin, from, null);
            yield return (from, to, found.Id);
            begin = to;
            position = Math.Max(position, to - 1);
        }
        if (begin < text.Length)
            yield return (begin, text.Length, null);
    }

    private AddedToken? Longest(string text, int position)
    {
        AddedToken? longest = null;
        var node = PieceTrie.Root;
        for (var end = position; end < text.Length && (node = _trie.Next(node, text[end])) >= 0; end++)
        {
            if (_trie.IdAt(node) is var id && id >= 0)
                longest = _byId[id];
        }
        return longest;
    }

    private static bool EndsInWord(ReadOnlySpan<char> text) => Rune.DecodeLastFromUtf16(text, out var last, out _) == OperationStatus.Done && IsWord(last);

    private static bool BeginsWithWord(ReadOnlySpan<char> text) => Rune.DecodeFromUtf16(text, out var first, out _) == OperationStatus.Done && IsWord(first);

    private static bool IsWord(Rune rune) => Rune.IsLetterOrDigit(rune) || Rune.GetUnicodeCategory(rune)
        is UnicodeCategory.NonSpacingMark or UnicodeCategory.SpacingCombiningMark or UnicodeCategory.EnclosingMark
        or UnicodeCategory.LetterNumber or UnicodeCategory.ConnectorPunctuation;
}
