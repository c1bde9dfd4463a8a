namespace Microsoft.ML.BlockLlm.Models;

/// <summary>How long steps may make a text. They are a stranger's, and a few that replace one character by ten would fill any memory.</summary>
internal static class TextGrowth
{
    private const long Factor = 64;
    private const long FreeLength = 1 << 16;

    /// <summary>Throws if a text becomes longer than 64 times what it was and 65,536 characters.</summary>
    /// <param name="length">Its length after a step.</param>
    /// <param name="before">Its length before.</param>
    /// <exception cref="FormatException">It does.</exception>
    public static void Require(long length, long before)
    {
        if (length > (Factor * before) + FreeLength)
            throw new FormatException($"The tokenizer makes a text of {before:N0} characters longer than {(Factor * before) + FreeLength:N0}, which none does that was made for a model.");
    }

    /// <summary>Length of a text after a replacement.</summary>
    public static long AfterReplacing(string text, string pattern, string content) =>
        text.Length + ((long)text.AsSpan().Count(pattern) * (content.Length - pattern.Length));
}
