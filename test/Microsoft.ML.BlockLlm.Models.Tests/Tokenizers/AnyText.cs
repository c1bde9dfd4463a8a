using System.Text;
using FsCheck;
using FsCheck.Fluent;

namespace Microsoft.ML.BlockLlm.Models.Tests;

/// <summary>Texts of any characters that Unicode has, halves of surrogate pairs among them.</summary>
internal static class AnyText
{
    /// <summary>Such texts, in which these parts are frequent.</summary>
    public static Arbitrary<string> Of(params string[] parts) => Gen.OneOf(
        Gen.Choose(0, 0x7F).Select(Character),
        Gen.Choose(0, 0xFFFF).Select(Character),
        Gen.Choose(0x0300, 0x036F).Select(Character),
        Gen.Choose(0xD800, 0xDFFF).Select(Character),
        Gen.Choose(0x10000, 0x10FFFF).Select(char.ConvertFromUtf32),
        Gen.Elements("\0", "\u200D", "\uFEFF", "\uFFFD", "\uFFFE", "\uFFFF"),
        Gen.Elements([" ", "  ", "\n", .. parts])).ArrayOf().Select(string.Concat).ToArbitrary();

    /// <summary>The text with U+FFFD for what UTF-8 cannot write.</summary>
    public static string Encodable(string text) => Encoding.UTF8.GetString(Encoding.UTF8.GetBytes(text));

    private static string Character(int unit) => ((char)unit).ToString();
}
