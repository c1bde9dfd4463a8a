using System.Text;
using Microsoft.ML.Tokenizers;

namespace Microsoft.ML.BlockLlm.Models;

/// <summary>Steps of normalization, one after the other, as <c>tokenizer.json</c> lists them.</summary>
internal sealed class TextNormalizer(IReadOnlyList<Func<string, string>> steps) : Normalizer
{
    // .NET refuses to normalize it, though Unicode says that it stays as it is and joins with nothing.
    private const char Noncharacter = '\uFFFE';

    /// <inheritdoc/>
    /// <exception cref="FormatException">The steps make the text longer than any do that were made for a model.</exception>
    public override string Normalize(string original) => steps.Aggregate(original, (text, step) =>
    {
        var result = step(text);
        TextGrowth.Require(result.Length, original.Length);
        return result;
    });

    /// <inheritdoc/>
    public override string Normalize(ReadOnlySpan<char> original) => Normalize(original.ToString());

    /// <summary>Unicode's compatibility composition. Halves of surrogate pairs, which have no normal form, become U+FFFD.</summary>
    public static string Nfkc(string text) => ToForm(text, NormalizationForm.FormKC);

    /// <summary>One of Unicode's normal forms. Halves of surrogate pairs, which have none, become U+FFFD; the noncharacter U+FFFE stays as it is.</summary>
    public static string ToForm(string text, NormalizationForm form)
    {
        if (Ascii.IsValid(text))
            return text;
        try
        {
            return text.Normalize(form);
        }
        catch (ArgumentException)
        {
            var parts = string.Concat(text.EnumerateRunes()).Split(Noncharacter);
            return string.Join(Noncharacter, parts.Select(part => part.Normalize(form)));
        }
    }

    /// <summary>Lower case of each character, wherever it stands. "İ" becomes an "i" with a dot above it, as Unicode has it.</summary>
    public static string Lowercase(string text) => text.ToLowerInvariant().Replace("İ", "i\u0307", StringComparison.Ordinal);

    /// <summary>Puts a prefix before every text but the empty one.</summary>
    public static Func<string, string> Prepend(string prefix) => text => text.Length == 0 ? text : prefix + text;

    /// <summary>Puts a prefix before every text that has it not, but not before the empty one.</summary>
    public static Func<string, string> PrependIfMissing(string prefix) =>
        text => text.Length == 0 || text.StartsWith(prefix, StringComparison.Ordinal) ? text : prefix + text;

    /// <summary>Replaces one text by another.</summary>
    public static Func<string, string> Replace(string pattern, string content) => text =>
    {
        TextGrowth.Require(TextGrowth.AfterReplacing(text, pattern, content), text.Length);
        return text.Replace(pattern, content, StringComparison.Ordinal);
    };
}
