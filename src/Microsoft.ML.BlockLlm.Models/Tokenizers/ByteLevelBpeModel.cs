namespace Microsoft.ML.BlockLlm.Models;

/// <summary>
/// Byte pair encoding of the UTF-8 bytes of a word (Radford et al., 2019), as GPT-2, RoBERTa, LLaMA 3 and Qwen2 have it. Every text has ids, and they give it back.
/// </summary>
/// <remarks>
/// A token that holds a part of a character has the whole character as its offset, as in the reference implementation. A half of a surrogate pair,
/// which UTF-8 cannot write, is encoded as U+FFFD.
/// </remarks>
internal sealed class ByteLevelBpeModel : TokenModel
{
    private readonly Dictionary<string, int>.AlternateLookup<ReadOnlySpan<char>> _vocabulary;
    private readonly int[] _byteIds;
    private readonly BytePairMerges _merges;
    private readonly bool _takesWholeWords;

    /// <param name="vocabulary">Pieces, written in <see cref="ByteLevelAlphabet"/>, with their ids; the 256 bytes are among them.</param>
    /// <param name="merges">Ranked merges.</param>
    /// <param name="takesWholeWords">Whether a word that is a piece is taken without a look at the merges (<c>ignore_merges</c>, as LLaMA 3 has it).</param>
    public ByteLevelBpeModel(IReadOnlyDictionary<string, int> vocabulary, BytePairMerges merges, bool takesWholeWords = false) : base(vocabulary)
    {
        _vocabulary = new Dictionary<string, int>(vocabulary, StringComparer.Ordinal).GetAlternateLookup<ReadOnlySpan<char>>();
        _byteIds = [.. Enumerable.Range(0, 256).Select(value => vocabulary[ByteLevelAlphabet.CharacterOf((byte)value).ToString()])];
        _merges = merges;
        _takesWholeWords = takesWholeWords;
    }

    /// <inheritdoc/>
    public override void Tokenize(ReadOnlySpan<char> word, int offset, List<TokenSpan> tokens)
    {
        var first = tokens.Count;
        if (_takesWholeWords && _vocabulary.TryGetValue(ByteLevelAlphabet.FromText(word.ToString()), out var id))
        {
            tokens.Add(new TokenSpan(id, offset, offset + word.Length));
            return;
        }
        Span<byte> bytes = stackalloc byte[4];
        foreach (var rune in word.EnumerateRunes())
        {
            var end = offset + rune.Utf16SequenceLength;
            foreach (var value in bytes[..rune.EncodeToUtf8(bytes)])
                tokens.Add(new TokenSpan(_byteIds[value], offset, end));
            offset = end;
        }
        _merges.Apply(tokens, first);
    }
}
