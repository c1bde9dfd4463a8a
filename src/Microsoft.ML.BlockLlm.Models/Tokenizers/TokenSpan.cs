namespace Microsoft.ML.BlockLlm.Models;

/// <summary>A token and the characters it stands for: those from <paramref name="Begin"/> up to <paramref name="End"/> of the normalized text.</summary>
internal readonly record struct TokenSpan(int Id, int Begin, int End)
{
    private static readonly char s_space = ByteLevelAlphabet.CharacterOf((byte)' ');

    /// <summary>The same without the spaces that its piece begins or ends with; nothing is left of one that is all spaces.</summary>
    /// <param name="piece">The piece, written in <see cref="ByteLevelAlphabet"/>, or the content of an added token.</param>
    public TokenSpan WithoutSpaces(string piece)
    {
        var begin = Math.Min(Begin + piece.TakeWhile(IsSpace).Count(), End);
        return this with { Begin = begin, End = Math.Max(End - piece.Reverse().TakeWhile(IsSpace).Count(), begin) };
    }

    private static bool IsSpace(char character) => character == s_space || char.IsWhiteSpace(character);
}
