using System.Text;

namespace Microsoft.ML.BlockLlm.Models;

/// <summary>
/// The 256 characters that stand for bytes in byte-level vocabularies (Radford et al., 2019, section 2.2): a printable Latin-1 character for itself,
/// and for the other bytes, in order, the characters from U+0100 on. So a space is "Ġ".
/// </summary>
internal static class ByteLevelAlphabet
{
    private static readonly char[] s_characters = CreateCharacters();
    private static readonly Dictionary<char, byte> s_bytes = s_characters.Index().ToDictionary(item => item.Item, item => (byte)item.Index);

    /// <summary>The character of a byte.</summary>
    public static char CharacterOf(byte value) => s_characters[value];

    /// <summary>The byte of a character; false if it stands for none.</summary>
    public static bool TryGetByte(char character, out byte value) => s_bytes.TryGetValue(character, out value);

    /// <summary>Writes text as the characters of its UTF-8 bytes.</summary>
    public static string FromText(string text) => string.Concat(Encoding.UTF8.GetBytes(text).Select(CharacterOf));

    private static char[] CreateCharacters()
    {
        var next = '\u0100';
        return [.. Enumerable.Range(0, 256).Select(value => IsPrintable(value) ? (char)value : next++)];
    }

    private static bool IsPrintable(int value) => value is (>= '!' and <= '~') or (>= 0xA1 and <= 0xAC) or (>= 0xAE and <= 0xFF);
}
