using System.Runtime.CompilerServices;

namespace Microsoft.ML.BlockLlm.Jinja;

/// <summary>
/// What one rendering may cost. A template is a program, and one from a stranger may double a text with every line, go through lists of lists, or put a namespace
/// into itself.
/// </summary>
internal static class JinjaBudget
{
    /// <summary>Steps, items and characters together; a conversation of a million words takes less.</summary>
    private const long Whole = 1 << 24;

    [ThreadStatic]
    private static long s_left;

    /// <summary>Begins a rendering on this thread.</summary>
    public static void Begin() => s_left = Whole;

    /// <summary>Takes from what is left.</summary>
    /// <exception cref="FormatException">Nothing is left, or values lie too deep in one another.</exception>
    public static void Spend(long units = 1)
    {
        if (!RuntimeHelpers.TryEnsureSufficientExecutionStack())
            throw new FormatException("values lie too deep in one another, or in themselves.");
        s_left -= Math.Min(units, Whole + 1);
        if (s_left < 0)
            throw new FormatException($"rendering takes more than {Whole:N0} steps and characters.");
    }

    /// <summary>Takes what a text costs, and gives it back.</summary>
    public static string Spend(string text)
    {
        Spend(text.Length);
        return text;
    }
}
