using System.Buffers;
using Microsoft.ML.Tokenizers;

namespace Microsoft.ML.BlockLlm.Models;

/// <summary>
/// Splits text into the pieces whose log-probabilities have the largest sum (Kudo, 2018, arXiv 1804.10959, section 3.2).
/// Microsoft.ML.Tokenizers has such a model only for SentencePiece's protobuf files; this one is for <c>tokenizer.json</c>.
/// </summary>
/// <remarks>Offsets of tokens are positions in the normalized text, as in the tokenizers of Microsoft.ML.Tokenizers.</remarks>
internal sealed class UnigramTokenizer : Tokenizer
{
    /// <summary>What stands for a space in pieces.</summary>
    public const char Space = '▁';

    // As in SentencePiece: an unknown character costs this much more than the least likely piece.
    private const double UnknownPenalty = 10;

    private readonly (string Piece, double Score)[] _vocabulary;
    private readonly HashSet<int> _reservedIds;
    private readonly int _unknownId;
    private readonly double _unknownScore;
    private readonly PieceTrie _trie;
    private readonly bool _piecesEndAtSpaces;

    /// <param name="vocabulary">Pieces, none of them empty, with finite log-probabilities; their places are their ids. Of equal pieces the last one counts, as in the reference implementation.</param>
    /// <param name="unknownId">The id of characters that no piece has.</param>
    /// <param name="reservedIds">Ids that no text gives: those of special tokens.</param>
    /// <param name="normalizer">Normalizes text, spaces included.</param>
    public UnigramTokenizer((string Piece, double Score)[] vocabulary, int unknownId, IEnumerable<int> reservedIds, Normalizer normalizer)
    {
        _vocabulary = vocabulary;
        _unknownId = unknownId;
        _reservedIds = [.. reservedIds];
        Normalizer = normalizer;
        var usable = vocabulary.Index().Where(item => item.Index != unknownId && !_reservedIds.Contains(item.Index))
            .GroupBy(item => item.Item.Piece).Select(equal => equal.Last()).ToList();
        _unknownScore = (usable.Count == 0 ? 0 : usable.Min(item => item.Item.Score)) - UnknownPenalty;
        _trie = new PieceTrie(usable.Select(item => (item.Item.Piece, item.Index)));
        _piecesEndAtSpaces = usable.TrueForAll(item => item.Item.Piece.LastIndexOf(Space) <= 0);
    }

    /// <inheritdoc/>
    public override Normalizer Normalizer { get; }

    /// <summary>How many ids there are.</summary>
    public int VocabularySize => _vocabulary.Length;

    /// <inheritdoc/>
    protected override EncodeResults<EncodedToken> EncodeToTokens(string? text, ReadOnlySpan<char> textSpan, EncodeSettings settings)
    {
        var normalized = Normalized(text, textSpan, settings);
        var pieces = Split(normalized ?? textSpan, settings.MaxTokenCount);
        var source = normalized ?? textSpan.ToString();
        return new EncodeResults<EncodedToken>
        {
            Tokens = pieces.ConvertAll(piece => new EncodedToken(piece.Id, source[piece.Begin..piece.End], piece.Begin..piece.End)),
            NormalizedText = normalized,
            CharsConsumed = pieces.Count == 0 ? 0 : pieces[^1].End,
        };
    }

    /// <inheritdoc/>
    protected override EncodeResults<int> EncodeToIds(string? text, ReadOnlySpan<char> textSpan, EncodeSettings settings)
    {
        var normalized = Normalized(text, textSpan, settings);
        var pieces = Split(normalized ?? textSpan, settings.MaxTokenCount);
        return new EncodeResults<int>
        {
            Tokens = pieces.ConvertAll(piece => piece.Id),
            NormalizedText = normalized,
            CharsConsumed = pieces.Count == 0 ? 0 : pieces[^1].End,
        };
    }

    /// <inheritdoc/>
    protected override int CountTokens(string? text, ReadOnlySpan<char> textSpan, EncodeSettings settings) =>
        Split(Normalized(text, textSpan, settings) ?? textSpan, settings.MaxTokenCount).Count;

    /// <inheritdoc/>
    public override OperationStatus Decode(IEnumerable<int> ids, Span<char> destination, out int idsConsumed, out int charsWritten)
    {
        ArgumentNullException.ThrowIfNull(ids);
        idsConsumed = charsWritten = 0;
        var isFirst = true;
        foreach (var id in ids)
        {
            if (id < 0 || id >= _vocabulary.Length)
                return OperationStatus.InvalidData;
            var isShown = id == _unknownId || !_reservedIds.Contains(id);
            var piece = isShown ? _vocabulary[id].Piece.AsSpan() : "";
            if (isFirst && piece is [Space, ..])
                piece = piece[1..];
            isFirst &= !isShown;
            if (!piece.TryCopyTo(destination[charsWritten..]))
                return OperationStatus.DestinationTooSmall;
            destination.Slice(charsWritten, piece.Length).Replace(Space, ' ');
            charsWritten += piece.Length;
            idsConsumed++;
        }
        return OperationStatus.Done;
    }

    private string? Normalized(string? text, ReadOnlySpan<char> textSpan, EncodeSettings settings) =>
        settings.ConsiderNormalization ? Normalizer.Normalize(text ?? textSpan.ToString()) : null;

    // Where no piece goes on past a space, the best split of a text is the best splits of its words, one after the other:
    // a long text costs no more than the words that fit.
    private List<(int Id, int Begin, int End)> Split(ReadOnlySpan<char> text, int maxCount)
    {
        var pieces = new List<(int Id, int Begin, int End)>();
        for (var begin = 0; begin < text.Length && pieces.Count < maxCount;)
        {
            var wordLength = _piecesEndAtSpaces ? text[(begin + 1)..].IndexOf(Space) + 1 : 0;
            var end = wordLength == 0 ? text.Length : begin + wordLength;
            AppendBestSplit(pieces, text[begin..end], begin);
            begin = end;
        }
        if (pieces.Count > maxCount)
            pieces.RemoveRange(maxCount, pieces.Count - maxCount);
        return pieces;
    }

    private void AppendBestSplit(List<(int Id, int Begin, int End)> pieces, ReadOnlySpan<char> text, int offset)
    {
        var best = ArrayPool<(double Score, int Begin, int Id)>.Shared.Rent(text.Length + 1);
        FillBest(best.AsSpan(0, text.Length + 1), text);

        var first = pieces.Count;
        for (var end = text.Length; end > 0; end = best[end].Begin)
            pieces.Add((best[end].Id, offset + best[end].Begin, offset + end));
        pieces.Reverse(first, pieces.Count - first);
        ArrayPool<(double, int, int)>.Shared.Return(best);
        MergeUnknown(pieces, first);
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
                Improve(ref best[end], score + _vocabulary[id].Score, begin, id);
            }
            if (!isKnown)
                Improve(ref best[begin + characterLength], score + _unknownScore, begin, _unknownId);
        }
    }

    private static void Improve(ref (double Score, int Begin, int Id) best, double score, int begin, int id)
    {
        if (score > best.Score)
            best = (score, begin, id);
    }

    // Unknown characters in a row are one unknown token, also across the end of a word.
    private void MergeUnknown(List<(int Id, int Begin, int End)> pieces, int first)
    {
        var kept = first;
        for (var index = first; index < pieces.Count; index++)
        {
            if (kept > 0 && pieces[index].Id == _unknownId && pieces[kept - 1].Id == _unknownId)
                pieces[kept - 1] = (_unknownId, pieces[kept - 1].Begin, pieces[index].End);
            else
                pieces[kept++] = pieces[index];
        }
        pieces.RemoveRange(kept, pieces.Count - kept);
    }
}
