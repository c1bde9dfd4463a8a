using System.Globalization;
using System.Text;

namespace Microsoft.ML.BlockLlm.Models;

/// <summary>Reads the <c>normalizer</c> of a <c>tokenizer.json</c>.</summary>
internal static class NormalizerJson
{
    private const string Supported = "Sequence, NFC, NFD, NFKC, NFKD, Lowercase, Strip, StripAccents, Replace, Prepend, Precompiled and BertNormalizer";

    /// <summary>The steps of normalization, in order.</summary>
    public static IEnumerable<Func<string, string>> Steps(JsonPart? normalizer) => normalizer is { } part ? Steps(part) : [];

    private static IEnumerable<Func<string, string>> Steps(JsonPart part) => part.Type switch
    {
        "Sequence" => part.Required("normalizers").Items().SelectMany(Steps),
        "NFC" => [text => TextNormalizer.ToForm(text, NormalizationForm.FormC)],
        "NFD" => [text => TextNormalizer.ToForm(text, NormalizationForm.FormD)],
        "NFKC" => [TextNormalizer.Nfkc],
        "NFKD" => [text => TextNormalizer.ToForm(text, NormalizationForm.FormKD)],
        "Lowercase" => [TextNormalizer.Lowercase],
        "Strip" => [Strip(part.Bool("strip_left", true), part.Bool("strip_right", true))],
        "StripAccents" => [RemoveMarks],
        "Replace" => [Replace(part)],
        "Precompiled" => [Precompiled(part)],
        "Prepend" => [TextNormalizer.Prepend(part.String("prepend"))],
        "BertNormalizer" => [Bert(part).Normalize],
        _ => throw part.Unsupported(Supported),
    };

    private static Func<string, string> Strip(bool left, bool right) => text =>
    {
        text = left ? text.TrimStart() : text;
        return right ? text.TrimEnd() : text;
    };

    private static string RemoveMarks(string text) => Ascii.IsValid(text) ? text : string.Concat(text.EnumerateRunes().Where(rune =>
        Rune.GetUnicodeCategory(rune) is not (UnicodeCategory.NonSpacingMark or UnicodeCategory.SpacingCombiningMark or UnicodeCategory.EnclosingMark)));

    private static Func<string, string> Replace(JsonPart part)
    {
        var content = part.String("content");
        var pattern = part.Required("pattern");
        if (pattern.Optional("String") is not null)
            return TextNormalizer.Replace(pattern.NonEmptyString("String"), content);
        var regex = TokenPattern.Read(pattern);
        return text => regex.Replace(text, content);
    }

    private static Func<string, string> Precompiled(JsonPart part)
    {
        var rules = part.Required("precompiled_charsmap");
        try
        {
            return new CompiledCharacterMap(Convert.FromBase64String(part.String("precompiled_charsmap"))).NormalizeCharacters;
        }
        catch (FormatException exception)
        {
            throw rules.Wrong(exception.Message);
        }
    }

    private static BertNormalizer Bert(JsonPart part)
    {
        var lowercase = part.Bool("lowercase", true);
        return new BertNormalizer(part.Bool("clean_text", true), part.Bool("handle_chinese_chars", true), part.Bool("strip_accents", lowercase), lowercase);
    }
}
