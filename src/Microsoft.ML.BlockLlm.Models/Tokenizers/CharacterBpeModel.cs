using System.Text;

namespace Microsoft.ML.BlockLlm.Models;

/// <summary>
/// Byte pair encoding of the characters of a text, as SentencePiece has it (Kudo and Richardson, 2018, arXiv 1808.06226): LLaMA, LLaMA 2, Mistral.
/// A character that no piece has is written as its UTF-8 bytes, if the vocabulary has pieces for them, and else is unknown.
/// </summary>
/// <remarks>A half of a surrogate pair is an unknown character; its bytes are those of U+FFFD.</remarks>
internal sealed class CharacterBpeModel : TokenModel
{
    private readonly Dictionary<string, int>.AlternateLookup<ReadOnlySpan<char>> _characters;
    private readonly int[]? _byteIds;
    private readonly int _unknownId;
    private readonly bool _fusesUnknown;
    private readonly BytePairMerges _merges;

    /// <param name="vocabulary">Pieces with their ids; those for bytes are written <c>&lt;0x00&gt;</c> to <c>&lt;0xFF&gt;</c>.</param>
    /// <param name="merges">Ranked merges.</param>
    /// <param name="unknownToken">The piece for unknown characters.</param>
    /// <param name="byteFallback">Whether unknown characters are written as bytes.</param>
    /// <param name="fusesUnknown">Whether several unknown characters in a row are one token.</param>
    public CharacterBpeModel(IReadOnlyDictionary<string, int> vocabulary, BytePairMerges merges, string unknownToken, bool byteFallback, bool fusesUnknown)
        : base(vocabulary)
    {
        _characters = vocabulary.Where(item => IsCharacter(item.Key)).ToDictionary(StringComparer.Ordinal).GetAlternateLookup<ReadOnlySpan<char>>();
        _byteIds = byteFallback ? [.. Enumerable.Range(0, 256).Select(value => vocabulary[PieceOfByte(value)])] : null;
        _unknownId = vocabulary[unknownToken];
        _fusesUnknown = fusesUnknown;
        _merges = merges;
    }

    /// <summary>The piece for a byte.</summary>
    public static string PieceOfByte(int value) => $"<0x{value:X2}>";

    /// <inheritdoc/>
    public override void Tokenize(ReadOnlySpan<char> word, int offset, List<TokenSpan> tokens)
    {
        var first = tokens.Count;
        for (var begin = 0; begin < word.Length;)
        {
            Rune.DecodeFromUtf16(word[begin..], out var rune, out var length);
            if (_characters.TryGetValue(word.Slice(begin, length), out var id))
                tokens.Add(new TokenSpan(id, offset + begin, offset + begin + length));
            else
                AddUnknown(rune, offset + begin, offset + begin + length, first, tokens);
            begin += length;
        }
        _merges.Apply(tokens, first);
    }

    private void AddUnknown(Rune rune, int begin, int end, int first, List<TokenSpan> tokens)
    {
        if (_byteIds is not null)
        {
            Span<byte> bytes = stackalloc byte[4];
            foreach (var value in bytes[..rune.EncodeToUtf8(bytes)])
                tokens.Add(new TokenSpan(_byteIds[value], begin, end));
        }
        else if (_fusesUnknown && tokens.Count > first && tokens[^1].Id == _unknownId)
            tokens[^1] = tokens[^1] with { End = end };
        else
            tokens.Add(new TokenSpan(_unknownId, begin, end));
    }

    private static bool IsCharacter(string piece) =>
        Rune.DecodeFromUtf16(piece, out _, out var length) == System.Buffers.OperationStatus.Done && length == piece.Length;
}
