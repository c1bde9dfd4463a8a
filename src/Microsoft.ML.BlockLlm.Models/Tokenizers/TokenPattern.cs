using System.Collections.Concurrent;
using System.Text.RegularExpressions;

namespace Microsoft.ML.BlockLlm.Models;

/// <summary>
/// A regular expression that finds parts of texts. One that comes from a file may take more than a lifetime for an ill-chosen text, so its time is limited;
/// those of the library, which take none to speak of, are not.
/// </summary>
internal sealed class TokenPattern
{
    private const int MaxKept = 64;
    private const int MaxKeptLength = 4096;

    private static readonly TimeSpan s_timeout = TimeSpan.FromSeconds(2);

    // Compiling one takes milliseconds, and models of a family have the same few.
    private static readonly ConcurrentDictionary<(string Pattern, TimeSpan Timeout), Regex> s_kept = new();

    private readonly Regex _regex;
    private readonly string? _place;

    /// <param name="pattern">A pattern of .NET's regular expressions.</param>
    public TokenPattern(string pattern) => _regex = Compiled(pattern, Regex.InfiniteMatchTimeout);

    /// <param name="pattern">A pattern of .NET's regular expressions.</param>
    /// <param name="place">Where it stands, for messages.</param>
    /// <param name="timeout">How long the search for one match may take.</param>
    /// <exception cref="ArgumentException">.NET does not know such a pattern.</exception>
    public TokenPattern(string pattern, string place, TimeSpan timeout)
    {
        _regex = Compiled(pattern, timeout);
        _place = place;
    }

    /// <summary>A pattern that matches a text as it is written.</summary>
    public static TokenPattern Exactly(string text) => new(Regex.Escape(text));

    /// <summary>Reads <c>{"String": …}</c> or <c>{"Regex": …}</c>.</summary>
    public static TokenPattern Read(JsonPart pattern)
    {
        if (pattern.Optional("String") is not null)
            return Exactly(pattern.String("String"));
        var (text, part) = (pattern.String("Regex"), pattern.Required("Regex"));
        try
        {
            return new TokenPattern(text, $"{part.Source}: {part.Path}", s_timeout);
        }
        catch (ArgumentException exception)
        {
            throw part.Wrong($"the pattern '{text}' is not supported by .NET's regular expressions ({exception.Message})");
        }
    }

    /// <summary>Where the pattern matches, in order; empty matches are left out.</summary>
    /// <exception cref="TimeoutException">The search took too long.</exception>
    public IEnumerable<(int Begin, int End)> Matches(string text)
    {
        for (var match = InTime(text, () => _regex.Match(text)); match.Success; match = InTime(text, match.NextMatch))
        {
            if (match.Length > 0)
                yield return (match.Index, match.Index + match.Length);
        }
    }

    /// <summary>The text with every match replaced.</summary>
    /// <exception cref="TimeoutException">The search took too long.</exception>
    public string Replace(string text, string content) => InTime(text, () =>
    {
        long length = text.Length;
        return _regex.Replace(text, match =>
        {
            length += content.Length - match.Length;
            TextGrowth.Require(length, text.Length);
            return content;
        });
    });

    private static Regex Compiled(string pattern, TimeSpan timeout)
    {
        if (s_kept.TryGetValue((pattern, timeout), out var kept))
            return kept;
        var regex = new Regex(pattern, RegexOptions.CultureInvariant | RegexOptions.Compiled, timeout);
        if (pattern.Length <= MaxKeptLength && s_kept.Count < MaxKept)
            s_kept.TryAdd((pattern, timeout), regex);
        return regex;
    }

    private T InTime<T>(string text, Func<T> search)
    {
        try
        {
            return search();
        }
        catch (RegexMatchTimeoutException exception)
        {
            throw new TimeoutException(
                $"{_place}: the pattern '{_regex}' was still at work on a text of {text.Length} characters after {exception.MatchTimeout.TotalSeconds:0.###} seconds. " +
                "Write it without repetitions inside repetitions, or leave out such texts.", exception);
        }
    }
}
