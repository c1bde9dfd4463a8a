using System.Globalization;
using System.Text;
using Microsoft.ML.Tokenizers;

namespace Microsoft.ML.BlockLlm.Models;

/// <summary>
/// Cleans text as BERT does (Devlin et al., 2018): no control characters, plain spaces, spaces around Chinese characters, and if wanted no accents and lower case.
/// The one inside Microsoft.ML.Tokenizers' BertTokenizer drops line breaks, which joins words, and composes what the reference leaves decomposed, such as Korean.
/// </summary>
/// <remarks>Halves of surrogate pairs, which are no characters, become U+FFFD and so vanish.</remarks>
internal sealed class BertNormalizer(bool cleanText, bool handleChineseCharacters, bool stripAccents, bool lowercase) : Normalizer
{
    /// <inheritdoc/>
    public override string Normalize(string original)
    {
        var text = new StringBuilder(original.Length);
        foreach (var rune in original.EnumerateRunes())
        {
            if (cleanText && IsRemoved(rune))
                continue;
            if (cleanText && Rune.IsWhiteSpace(rune))
                text.Append(' ');
            else if (handleChineseCharacters && IsChinese(rune.Value))
                text.Append(' ').Append(rune).Append(' ');
            else
                text.Append(rune);
        }
        var normalized = text.ToString();
        if (stripAccents)
            normalized = StripAccents(normalized);
        return lowercase ? TextNormalizer.Lowercase(normalized) : normalized;
    }

    /// <inheritdoc/>
    public override string Normalize(ReadOnlySpan<char> original) => Normalize(original.ToString());

    /// <summary>Decomposes characters and leaves out what is put onto letters.</summary>
    public static string StripAccents(string text)
    {
        if (Ascii.IsValid(text))
            return text;
        var stripped = new StringBuilder(text.Length);
        foreach (var rune in TextNormalizer.ToForm(text, NormalizationForm.FormD).EnumerateRunes())
        {
            if (Rune.GetUnicodeCategory(rune) != UnicodeCategory.NonSpacingMark)
                stripped.Append(rune);
        }
        return stripped.ToString();
    }

    private static bool IsRemoved(Rune rune) => rune.Value is 0 or 0xFFFD
        || (rune.Value is not ('\t' or '\n' or '\r') && Rune.GetUnicodeCategory(rune)
            is UnicodeCategory.Control or UnicodeCategory.Format or UnicodeCategory.PrivateUse or UnicodeCategory.OtherNotAssigned or UnicodeCategory.Surrogate);

    // The blocks of CJK unified and compatibility ideographs; Korean and Japanese syllables are written with spaces or learned as pieces.
    private static bool IsChinese(int codePoint) => codePoint
        is (>= 0x4E00 and <= 0x9FFF) or (>= 0x3400 and <= 0x4DBF) or (>= 0x20000 and <= 0x2A6DF) or (>= 0x2A700 and <= 0x2B73F)
        or (>= 0x2B740 and <= 0x2B81F) or (>= 0x2B820 and <= 0x2CEAF) or (>= 0xF900 and <= 0xFAFF) or (>= 0x2F800 and <= 0x2FA1F);
}
