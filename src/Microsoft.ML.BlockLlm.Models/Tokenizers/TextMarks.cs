using Microsoft.ML.Tokenizers;

namespace Microsoft.ML.BlockLlm.Models;

/// <summary>What is done to normalized text before its last split into words, such as marking its spaces.</summary>
internal sealed class TextMarks
{
    private readonly Func<string, bool, IEnumerable<string>> _apply;

    /// <summary>Nothing is done yet.</summary>
    public TextMarks() : this((text, _) => [text])
    {
    }

    private TextMarks(Func<string, bool, IEnumerable<string>> apply) => _apply = apply;

    /// <summary>A change of every text.</summary>
    public static TextMarks Of(Func<string, string> mark) => new((text, _) => [mark(text)]);

    /// <summary>The texts that a text becomes; each is split further on its own.</summary>
    /// <param name="text">The text.</param>
    /// <param name="isFirst">Whether it stands at the beginning of all.</param>
    public IEnumerable<string> Apply(string text, bool isFirst) => _apply(text, isFirst);

    /// <summary>Adds a step.</summary>
    /// <param name="split">Splits the texts so far; null if they stay whole.</param>
    /// <param name="mark">Changes each of what that gives; it is told whether that stands at the beginning of all.</param>
    public TextMarks Then(PreTokenizer? split, Func<string, bool, string> mark) => split is null
        ? new((text, isFirst) => _apply(text, isFirst).Select((part, index) => mark(part, isFirst && index == 0)))
        : new((text, isFirst) => _apply(text, isFirst).SelectMany((part, index) =>
            split.PreTokenize(part).Select(word => mark(part.Substring(word.Offset, word.Length), isFirst && index == 0 && word.Offset == 0))));
}
