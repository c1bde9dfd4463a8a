using System.IO.Enumeration;

namespace Microsoft.ML.BlockLlm.Optimizers;

/// <summary>A list of name patterns with <c>*</c> and <c>?</c>, as one option gives it.</summary>
internal sealed class ParameterPatterns
{
    private readonly IReadOnlyList<string> _patterns;

    /// <param name="option">The option that the patterns come from, for the error.</param>
    /// <param name="patterns">The patterns; upper and lower case differ.</param>
    /// <param name="names">Names of all parameters: a pattern that matches none is a mistake, and would silently do nothing.</param>
    public ParameterPatterns(string option, IReadOnlyList<string> patterns, IReadOnlyCollection<string> names)
    {
        _patterns = patterns;
        foreach (var pattern in patterns)
        {
            if (!names.Any(name => Matches(pattern, name)))
                throw new ArgumentException(
                    $"{option}: the pattern '{pattern}' matches no parameter. Correct or remove it; the first parameters are named " +
                    $"{string.Join(", ", names.Take(3).Select(name => $"'{name}'"))}.", option);
        }
    }

    /// <summary>Position of the first pattern that matches, or -1.</summary>
    public int FirstMatch(string name)
    {
        for (int i = 0; i < _patterns.Count; i++)
        {
            if (Matches(_patterns[i], name))
                return i;
        }

        return -1;
    }

    public bool Matches(string name) => FirstMatch(name) >= 0;

    /// <summary>Whether one of some patterns matches, none of which has to match anything.</summary>
    public static bool AnyMatches(IEnumerable<string> patterns, string name) => patterns.Any(pattern => Matches(pattern, name));

    private static bool Matches(string pattern, string name) => FileSystemName.MatchesSimpleExpression(pattern, name, ignoreCase: false);
}
