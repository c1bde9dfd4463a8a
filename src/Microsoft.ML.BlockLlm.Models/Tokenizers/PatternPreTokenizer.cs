using System.Globalization;
using System.Text;
using System.Text.RegularExpressions;
using Microsoft.ML.Tokenizers;

namespace Microsoft.ML.BlockLlm.Models;

/// <summary>
/// Splits text into the matches of a pattern and what lies between them, character by character as Unicode counts them: .NET's expressions see UTF-16
/// units, so that <c>\p{L}</c> would match no letter outside the basic plane.
/// </summary>
internal sealed class PatternPreTokenizer : PreTokenizer
{
    /// <summary>The pattern of GPT-2 (Radford et al., 2019) and RoBERTa.</summary>
    public const string Gpt2Pattern = @"'s|'t|'re|'ve|'m|'ll|'d| ?\p{L}+| ?\p{N}+| ?[^\s\p{L}\p{N}]+|\s+(?!\S)|\s+";

    /// <summary>The pattern of Qwen2.</summary>
    public const string Qwen2Pattern = @"(?i:'s|'t|'re|'ve|'m|'ll|'d)|[^\r\n\p{L}\p{N}]?\p{L}+|\p{N}| ?[^\s\p{L}\p{N}]+[\r\n]*|\s*[\r\n]+|\s+(?!\S)|\s+";

    private readonly Regex _pattern;
    private readonly bool _keepsMatches;
    private readonly bool _keepsGaps;

    /// <param name="pattern">A pattern of .NET's regular expressions.</param>
    /// <param name="keepsMatches">Whether matches are words.</param>
    /// <param name="keepsGaps">Whether what lies between matches is a word.</param>
    public PatternPreTokenizer(string pattern, bool keepsMatches = true, bool keepsGaps = true)
    {
        _pattern = new Regex(pattern, RegexOptions.CultureInvariant | RegexOptions.Compiled);
        _keepsMatches = keepsMatches;
        _keepsGaps = keepsGaps;
    }

    /// <inheritdoc/>
    public override IEnumerable<(int Offset, int Length)> PreTokenize(string text)
    {
        var (units, offsets) = OneUnitPerCharacter(text);
        var begin = 0;
        for (var match = _pattern.Match(units); match.Success; match = match.NextMatch())
        {
            if (match.Length == 0)
                continue;
            if (_keepsGaps && match.Index > begin)
                yield return Span(begin, match.Index);
            begin = match.Index + match.Length;
            if (_keepsMatches)
                yield return Span(match.Index, begin);
        }
        if (_keepsGaps && begin < units.Length)
            yield return Span(begin, units.Length);

        (int, int) Span(int from, int to) => offsets is null ? (from, to - from) : (offsets[from], offsets[to] - offsets[from]);
    }

    /// <inheritdoc/>
    public override IEnumerable<(int Offset, int Length)> PreTokenize(ReadOnlySpan<char> text) => PreTokenize(text.ToString());

    // Writes a character of the same category for each one that takes two units.
    private static (string Units, int[]? Offsets) OneUnitPerCharacter(string text)
    {
        if (!text.AsSpan().ContainsAnyInRange('\ud800', '\udfff'))
            return (text, null);
        var units = new StringBuilder(text.Length);
        var offsets = new List<int>(text.Length + 1);
        var offset = 0;
        foreach (var rune in text.EnumerateRunes())
        {
            units.Append(rune.IsBmp ? (char)rune.Value : LikeCategory(Rune.GetUnicodeCategory(rune)));
            offsets.Add(offset);
            offset += rune.Utf16SequenceLength;
        }
        offsets.Add(offset);
        return (units.ToString(), [.. offsets]);
    }

    private static char LikeCategory(UnicodeCategory category) => category switch
    {
        UnicodeCategory.UppercaseLetter => 'Á',
        UnicodeCategory.LowercaseLetter => 'á',
        UnicodeCategory.TitlecaseLetter => '\u01C5',
        UnicodeCategory.ModifierLetter => '\u02B0',
        UnicodeCategory.OtherLetter => '\u4E00',
        UnicodeCategory.NonSpacingMark => '\u0300',
        UnicodeCategory.SpacingCombiningMark => '\u0903',
        UnicodeCategory.EnclosingMark => '\u0488',
        UnicodeCategory.DecimalDigitNumber => '\u0660',
        UnicodeCategory.LetterNumber => '\u2160',
        UnicodeCategory.OtherNumber => '\u00B2',
        UnicodeCategory.ConnectorPunctuation => '\u203F',
        UnicodeCategory.DashPunctuation => '\u2010',
        UnicodeCategory.OtherPunctuation => '\u00A1',
        UnicodeCategory.MathSymbol => '\u00B1',
        UnicodeCategory.OtherSymbol => '\u00A9',
        UnicodeCategory.Format => '\u00AD',
        UnicodeCategory.PrivateUse => '\uE000',
        _ => '\uFFFE',
    };
}
