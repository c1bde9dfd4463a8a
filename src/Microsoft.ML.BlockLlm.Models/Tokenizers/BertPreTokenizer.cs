using System.Text;
using Microsoft.ML.Tokenizers;

namespace Microsoft.ML.BlockLlm.Models;

/// <summary>
/// Splits at white space and makes each punctuation character a word of its own. All ASCII symbols count as punctuation, as BERT has it;
/// Microsoft.ML.Tokenizers' pattern for words and punctuation would drop those that Unicode calls symbols, such as "$" and "+".
/// </summary>
internal sealed class BertPreTokenizer : PreTokenizer
{
    /// <inheritdoc/>
    public override IEnumerable<(int Offset, int Length)> PreTokenize(string text)
    {
        var begin = 0;
        var position = 0;
        foreach (var rune in text.EnumerateRunes())
        {
            var end = position + rune.Utf16SequenceLength;
            var isPunctuation = IsPunctuation(rune);
            if (isPunctuation || Rune.IsWhiteSpace(rune))
            {
                if (position > begin)
                    yield return (begin, position - begin);
                if (isPunctuation)
                    yield return (position, end - position);
                begin = end;
            }
            position = end;
        }
        if (position > begin)
            yield return (begin, position - begin);
    }

    /// <inheritdoc/>
    public override IEnumerable<(int Offset, int Length)> PreTokenize(ReadOnlySpan<char> text) => PreTokenize(text.ToString());

    private static bool IsPunctuation(Rune rune) =>
        rune.IsAscii ? char.IsAsciiLetterOrDigit((char)rune.Value) is false && rune.Value is > ' ' and < 0x7F : Rune.IsPunctuation(rune);
}
