using System.Buffers.Binary;
using System.Globalization;
using System.Text;

namespace Microsoft.ML.BlockLlm.Models;

/// <summary>
/// SentencePiece's compiled normalization: a double-array trie of UTF-8 texts, each with the place of what replaces it. What is not found stays.
/// </summary>
internal sealed class CompiledCharacterMap
{
    private const int MaxGraphemeBytes = 5;

    private readonly uint[] _units;
    private readonly ReadOnlyMemory<byte> _replacements;

    /// <param name="rules">The size of the trie in bytes (little-endian, 4 bytes), the trie, and zero-terminated replacements.</param>
    /// <exception cref="FormatException">The rules are cut short.</exception>
    public CompiledCharacterMap(ReadOnlyMemory<byte> rules)
    {
        if (rules.Length < 4 || BinaryPrimitives.ReadUInt32LittleEndian(rules.Span) is var size && (size > rules.Length - 4 || size % 4 != 0))
            throw new FormatException("the compiled rules of normalization are cut short");
        _units = new uint[size / 4];
        for (var index = 0; index < _units.Length; index++)
            _units[index] = BinaryPrimitives.ReadUInt32LittleEndian(rules.Span[(4 + index * 4)..]);
        _replacements = rules[(4 + (int)size)..];
    }

    /// <summary>Normalizes a text as SentencePiece does: at each place, the longest text that is found is replaced.</summary>
    public string Normalize(string text)
    {
        var bytes = Encoding.UTF8.GetBytes(text);
        var result = new List<byte>(bytes.Length);
        for (var position = 0; position < bytes.Length;)
        {
            if (Find(bytes.AsSpan(position), isLongest: true) is { Length: > 0 } longest)
            {
                result.AddRange(ReplacementAt(longest.Place));
                position += longest.Length;
                continue;
            }
            Rune.DecodeFromUtf8(bytes.AsSpan(position), out _, out var characterLength);
            result.AddRange(bytes.AsSpan(position, characterLength));
            position += characterLength;
        }
        return Encoding.UTF8.GetString([.. result]);
    }

    /// <summary>
    /// Normalizes a text as Python's tokenizers do: a grapheme of fewer than six bytes, or else each of its characters, is replaced as a whole
    /// by what stands for the shortest text that it begins with.
    /// </summary>
    public string NormalizeCharacters(string text)
    {
        var result = new StringBuilder(text.Length);
        for (int position = 0, length; position < text.Length; position += length)
        {
            length = StringInfo.GetNextTextElementLength(text, position);
            var grapheme = text.Substring(position, length);
            if (Encoding.UTF8.GetByteCount(grapheme) <= MaxGraphemeBytes && Replacement(grapheme) is { } replacement)
                result.Append(replacement);
            else
                result.AppendJoin("", grapheme.EnumerateRunes().Select(rune => Replacement(rune.ToString()) ?? rune.ToString()));
        }
        return result.ToString();
    }

    private string? Replacement(string character) => Find(Encoding.UTF8.GetBytes(character), isLongest: false) is { Length: > 0 } shortest
        ? Encoding.UTF8.GetString(ReplacementAt(shortest.Place))
        : null;

    private ReadOnlySpan<byte> ReplacementAt(int place)
    {
        var replacement = _replacements.Span[place..];
        return replacement.IndexOf((byte)0) is var end and >= 0 ? replacement[..end] : replacement;
    }

    // The longest or the shortest text of the trie that a text begins with. A unit holds a label, the way to its children, and whether one of them is
    // a value (the layout of Darts-clone).
    private (int Length, int Place) Find(ReadOnlySpan<byte> text, bool isLongest)
    {
        var found = (Length: 0, Place: 0);
        if (_units.Length == 0)
            return found;
        var node = Offset(_units[0]);
        for (var index = 0; index < text.Length && (isLongest || found.Length == 0); index++)
        {
            node ^= text[index];
            if (node >= _units.Length || (_units[node] & 0x8000_00FF) != text[index])
                break;
            var unit = _units[node];
            node ^= Offset(unit);
            if ((unit & 0x100) != 0 && node < _units.Length && (int)(_units[node] & 0x7FFF_FFFF) is var place && place < _replacements.Length)
                found = (index + 1, place);
        }
        return found;
    }

    private static uint Offset(uint unit) => (unit >> 10) << (int)((unit & 0x200) >> 6);
}
