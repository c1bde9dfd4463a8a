using System.Buffers;
using System.Text;
using Microsoft.ML.Tokenizers;

namespace Microsoft.ML.BlockLlm.Models;

/// <summary>
/// Splits text into the pieces whose log-probabilities have the largest sum (Kudo, 2018, arXiv 1804.10959, section 3.2).
/// Microsoft.ML.Tokenizers has such a model only for SentencePiece's protobuf files; this one is for <c>tokenizer.json</c> too.
/// </summary>
/// <remarks>A half of a surrogate pair is an unknown character; its bytes are those of U+FFFD.</remarks>
internal sealed class UnigramModel : TokenModel
{
    /// <summary>What stands for a space in pieces.</summary>
    public const char Space = '▁';

    // As in SentencePiece: an unknown character costs this much more than the least likely piece.
    private const double UnknownPenalty = 10;

    private readonly double[] _scores;
    private readonly int[]? _byteIds;
    private readonly double _unknownScore;
    private readonly PieceTrie _trie;

    /// <param name="vocabulary">Pieces, none of them empty, with finite log-probabilities; their places are their ids. Of equal pieces the last one counts, as in the reference implementation.</param>
    /// <param name="unknownId">The id of characters that no piece has.</param>
    /// <param name="reservedIds">Ids that the model never gives: those of special tokens and of bytes.</param>
    /// <param name="byteIds">The ids of the bytes, with which unknown characters are written; null if they stay unknown.</param>
    public UnigramModel(IReadOnlyList<(string Piece, double Score)> vocabulary, int unknownId, IReadOnlySet<int> reservedIds, int[]? byteIds = null)
        : base(vocabulary.Select((item, id) => (item.Piece, id)))
    {
        UnknownId = unknownId;
        _byteIds = byteIds;
        _scores = [.. vocabulary.Select(item => item.Score)];
        var usable = vocabulary.Index().Where(item => item.Index != unknownId && !reservedIds.Contains(item.Index))
            .GroupBy(item => item.Item.Piece).Select(equal => equal.Last()).ToList();
        _unknownScore = (usable.Count == 0 ? 0 : usable.Min(item => item.Item.Score)) - UnknownPenalty;
        _trie = new PieceTrie(usable.Select(item => (item.Item.Piece, item.Index)));
        if (usable.TrueForAll(item => item.Item.Piece.LastIndexOf(Space) <= 0) && usable.Exists(item => item.Item.Piece is [Space]))
            WordSplitter = new PatternPreTokenizer(Space.ToString(), SplitBehavior.MergedWithNext);
    }

    /// <summary>The id of characters that no piece has.</summary>
    public int UnknownId { get; }

    /// <summary>
    /// Splits text into words whose best splits, one after the other, are the best split of the text, so that a long text costs no more than the words that
    /// fit. Null where a piece goes on past a space, or unknown characters might join over one.
    /// </summary>
    public PreTokenizer? WordSplitter { get; }

    /// <inheritdoc/>
    public override void Tokenize(ReadOnlySpan<char> word, int offset, List<TokenSpan> tokens)
    {
        var best = ArrayPool<(double Score, int Begin, int Id)>.Shared.Rent(word.Length + 1);
        FillBest(best.AsSpan(0, word.Length + 1), word);

        var first = tokens.Count;
        for (var end = word.Length; end > 0; end = best[end].Begin)
            AddReversed(best[end].Id, word[best[end].Begin..end], offset + best[end].Begin, offset + end, first, tokens);
        tokens.Reverse(first, tokens.Count - first);
        ArrayPool<(double, int, int)>.Shared.Return(best);
    }

    // Viterbi: best[end] is the best last piece of a split of text[..end].
    private void FillBest(Span<(double Score, int Begin, int Id)> best, ReadOnlySpan<char> text)
    {
        best.Fill((double.NegativeInfinity, -1, -1));
        best[0].Score = 0;
        for (var begin = 0; begin < text.Length; begin++)
        {
            var score = best[begin].Score;
            if (double.IsNegativeInfinity(score))
                continue;
            var characterLength = char.IsHighSurrogate(text[begin]) && begin + 1 < text.Length && char.IsLowSurrogate(text[begin + 1]) ? 2 : 1;
            var isKnown = false;
            var node = PieceTrie.Root;
            for (var end = begin + 1; end <= text.Length && (node = _trie.Next(node, text[end - 1])) >= 0; end++)
            {
                if (_trie.IdAt(node) is var id && id < 0)
                    continue;
                isKnown |= end - begin == characterLength;
                Improve(ref best[end], score + _scores[id], begin, id);
            }
            if (!isKnown)
                Improve(ref best[begin + characterLength], score + _unknownScore, begin, UnknownId);
        }
    }

    private static void Improve(ref (double Score, int Begin, int Id) best, double score, int begin, int id)
    {
        if (score > best.Score)
            best = (score, begin, id);
    }

    // Unknown characters become their bytes, or else in a row one unknown token.
    private void AddReversed(int id, ReadOnlySpan<char> piece, int begin, int end, int first, List<TokenSpan> tokens)
    {
        if (id == UnknownId && _byteIds is not null)
        {
            Rune.DecodeFromUtf16(piece, out var rune, out _);
            Span<byte> bytes = stackalloc byte[4];
            for (var index = rune.EncodeToUtf8(bytes) - 1; index >= 0; index--)
                tokens.Add(new TokenSpan(_byteIds[bytes[index]], begin, end));
        }
        else if (id == UnknownId && tokens.Count > first && tokens[^1].Id == UnknownId)
            tokens[^1] = tokens[^1] with { Begin = begin };
        else
            tokens.Add(new TokenSpan(id, begin, end));
    }
}
