using Microsoft.ML.Tokenizers;

namespace Microsoft.ML.BlockLlm.Models;

/// <summary>Splits text by one pre-tokenizer, what that gives by the next one, and so on.</summary>
internal sealed class SequencePreTokenizer(IReadOnlyList<PreTokenizer> steps) : PreTokenizer
{
    /// <inheritdoc/>
    public override IEnumerable<(int Offset, int Length)> PreTokenize(string text)
    {
        IEnumerable<(int Offset, int Length)> words = text.Length == 0 ? [] : [(0, text.Length)];
        foreach (var step in steps)
            words = words.SelectMany(word => step.PreTokenize(text.AsSpan(word.Offset, word.Length)).Select(part => (word.Offset + part.Offset, part.Length)));
        return words;
    }

    /// <inheritdoc/>
    public override IEnumerable<(int Offset, int Length)> PreTokenize(ReadOnlySpan<char> text) => PreTokenize(text.ToString());
}
