namespace Microsoft.ML.BlockLlm.Models;

/// <summary>
/// Takes the longest piece that a word begins with, then the longest one that its rest begins with, and so on
/// (Devlin et al., 2018, arXiv 1810.04805; the vocabulary is that of Wu et al., 2016, arXiv 1609.08144). A word that cannot be split so is one unknown token.
/// </summary>
internal sealed class WordPieceModel : TokenModel
{
    private readonly Dictionary<string, int>.AlternateLookup<ReadOnlySpan<char>> _vocabulary;
    private readonly string _continuationPrefix;
    private readonly int _maxWordLength;
    private readonly int _unknownId;

    /// <param name="vocabulary">Pieces with their ids.</param>
    /// <param name="unknownToken">The piece for words that cannot be split; it is in the vocabulary.</param>
    /// <param name="continuationPrefix">What pieces begin with that go on inside a word.</param>
    /// <param name="maxWordLength">Words of more characters are unknown.</param>
    public WordPieceModel(IReadOnlyDictionary<string, int> vocabulary, string unknownToken, string continuationPrefix = "##", int maxWordLength = 100)
        : base(vocabulary)
    {
        _vocabulary = new Dictionary<string, int>(vocabulary, StringComparer.Ordinal).GetAlternateLookup<ReadOnlySpan<char>>();
        _unknownId = vocabulary[unknownToken];
        _continuationPrefix = continuationPrefix;
        _maxWordLength = maxWordLength;
    }

    /// <inheritdoc/>
    public override void Tokenize(ReadOnlySpan<char> word, int offset, List<TokenSpan> tokens)
    {
        var first = tokens.Count;
        if (CharacterCount(word) > _maxWordLength || !TrySplit(word, offset, tokens))
        {
            tokens.RemoveRange(first, tokens.Count - first);
            tokens.Add(new TokenSpan(_unknownId, offset, offset + word.Length));
        }
    }

    private bool TrySplit(ReadOnlySpan<char> word, int offset, List<TokenSpan> tokens)
    {
        Span<char> buffer = new char[_continuationPrefix.Length + word.Length];
        _continuationPrefix.CopyTo(buffer);
        word.CopyTo(buffer[_continuationPrefix.Length..]);
        for (var begin = 0; begin < word.Length;)
        {
            var end = word.Length;
            int id;
            while (!_vocabulary.TryGetValue(begin == 0 ? word[..end] : buffer[..(_continuationPrefix.Length + end - begin)], out id))
            {
                if (--end == begin)
                    return false;
            }
            tokens.Add(new TokenSpan(id, offset + begin, offset + end));
            begin = end;
            word[begin..].CopyTo(buffer[_continuationPrefix.Length..]);
        }
        return true;
    }

    private static int CharacterCount(ReadOnlySpan<char> word)
    {
        var count = 0;
        foreach (var _ in word.EnumerateRunes())
            count++;
        return count;
    }
}
