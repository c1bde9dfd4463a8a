using System.Globalization;
using System.Text;
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

    private readonly TokenPattern _pattern;
    private readonly SplitBehavior _behavior;
    private readonly bool _isInverted;

    /// <param name="pattern">A pattern of .NET's regular expressions.</param>
    /// <param name="behavior">What becomes of its matches.</param>
    /// <param name="isInverted">Whether what lies between matches is taken for the matches, and the other way round.</param>
    public PatternPreTokenizer(string pattern, SplitBehavior behavior = SplitBehavior.Isolated, bool isInverted = false)
        : this(new TokenPattern(pattern), behavior, isInverted)
    {
    }

    /// <param name="pattern">The pattern.</param>
    /// <param name="behavior">What becomes of its matches.</param>
    /// <param name="isInverted">Whether what lies between matches is taken for the matches, and the other way round.</param>
    public PatternPreTokenizer(TokenPattern pattern, SplitBehavior behavior, bool isInverted = false)
    {
        _pattern = pattern;
        _behavior = behavior;
        _isInverted = isInverted;
    }

    /// <inheritdoc/>
    public override IEnumerable<(int Offset, int Length)> PreTokenize(string text)
    {
        var (units, offsets) = OneUnitPerCharacter(text);
        foreach (var (begin, end) in Words(units))
            yield return offsets is null ? (begin, end - begin) : (offsets[begin], offsets[end] - offsets[begin]);
    }

    /// <inheritdoc/>
    public override IEnumerable<(int Offset, int Length)> PreTokenize(ReadOnlySpan<char> text) => PreTokenize(text.ToString());

    private IEnumerable<(int Begin, int End)> Words(string units)
    {
        (int Begin, int End, bool IsMatch)? word = null;
        foreach (var part in Parts(units).Where(part => _behavior != SplitBehavior.Removed || !part.IsMatch))
        {
            if (word is { } before && IsJoined(before.IsMatch, part.IsMatch))
            {
                word = part with { Begin = before.Begin };
                continue;
            }
            if (word is { } complete)
                yield return (complete.Begin, complete.End);
            word = part;
        }
        if (word is { } last)
            yield return (last.Begin, last.End);
    }

    private bool IsJoined(bool isMatchBefore, bool isMatch) => _behavior switch
    {
        SplitBehavior.MergedWithPrevious => !isMatchBefore && isMatch,
        SplitBehavior.MergedWithNext => isMatchBefore && !isMatch,
        SplitBehavior.Contiguous => isMatchBefore == isMatch,
        _ => false,
    };

    // Matches and what lies between them; none of them empty.
    private IEnumerable<(int Begin, int End, bool IsMatch)> Parts(string units)
    {
        var end = 0;
        foreach (var match in _pattern.Matches(units))
        {
            if (match.Begin > end)
                yield return (end, match.Begin, _isInverted);
            end = match.End;
            yield return (match.Begin, end, !_isInverted);
        }
        if (end < units.Length)
            yield return (end, units.Length, _isInverted);
    }

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
