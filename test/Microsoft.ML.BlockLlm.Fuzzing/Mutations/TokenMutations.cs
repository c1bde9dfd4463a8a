using System.Runtime.CompilerServices;
using System.Text;

namespace Microsoft.ML.BlockLlm.Fuzzing;

/// <summary>Changes a text by its words, numbers, strings and brackets, so that what comes out is often still JSON, a template or a list of words.</summary>
internal static class TokenMutations
{
    /// <summary>Characters that a token which is repeated may come to: what takes time or memory beyond measure does so at this size too.</summary>
    private const int MaxRepeated = 1 << 16;

    // Inputs are made of the same few files again and again.
    private static readonly ConditionalWeakTable<byte[], string[]> s_tokens = [];

    private static readonly string[] s_interesting =
    [
        "null", "true", "false", "0", "-1", "1", "2", "-0", "0.5", "1e999", "-1e999", "1e-400", "16777216", "16777217", "2147483647", "2147483648", "-2147483648", "4294967296",
        "9223372036854775807", "9223372036854775808", "99999999999999999999999", "\"\"", "\" \"", "\"\\u0000\"", "\"\\ud800\"", "\"\\udc00a\"", "\"../x\"", "\"/etc/passwd\"", "\"▁\"", "\"é\"", "\"NaN\"",
        "[]", "{}", "[[]]", "[null]", "{\"\":null}", "{\"type\":null}", "\"(a+)+$\"", "\"[\"", "\"(?<x>\"", ",", ":", "{", "}", "[", "]", "\"", "\\", " ", "\n", "\t", "\0", "\uFEFF", "\uFFFD",
    ];

    /// <summary>Makes one change or a few; now and then of bytes.</summary>
    public static byte[] Mutate(Random random, byte[] seed, IReadOnlyList<byte[]> others)
    {
        if (random.Next(8) == 0)
            return ByteMutations.Mutate(random, seed, others);
        List<string> tokens = [.. TokensOf(seed)];
        var otherTokens = TokensOf(others[random.Next(others.Count)]);
        for (var more = true; more; more = random.Next(3) == 0)
            Change(random, tokens, otherTokens);
        return Encoding.UTF8.GetBytes(string.Concat(tokens));
    }

    private static void Change(Random random, List<string> tokens, string[] others)
    {
        if (tokens.Count == 0)
            tokens.Add("");
        var place = random.Next(tokens.Count);
        var length = Math.Min(random.Next(1, random.Next(3) == 0 ? 40 : 4), tokens.Count - place);
        switch (random.Next(9))
        {
            case 0 or 1:
                tokens[place] = s_interesting[random.Next(s_interesting.Length)];
                break;
            case 2:
                tokens[place] = tokens[random.Next(tokens.Count)];
                break;
            case 3 when others.Length > 0:
                tokens[place] = others[random.Next(others.Length)];
                break;
            case 4:
                tokens.RemoveRange(place, length);
                break;
            case 5:
                tokens.InsertRange(random.Next(tokens.Count + 1), tokens.GetRange(place, length));
                break;
            case 6 when others.Length > 0:
                var from = random.Next(others.Length);
                tokens.InsertRange(place, others[from..Math.Min(others.Length, from + length)]);
                break;
            case 7 when random.Next(10) == 0:
                tokens.Insert(place, string.Concat(Enumerable.Repeat(tokens[place], Math.Min(random.Next(2, 2000), MaxRepeated / Math.Max(1, tokens[place].Length)))));
                break;
            case 8:
                tokens[place] = Resized(random, tokens[place]);
                break;
        }
    }

    // A number becomes another one of its size; a string is cut or grows.
    private static string Resized(Random random, string token) => long.TryParse(token, out var number)
        ? (random.Next(4) switch { 0 => number + 1, 1 => number - 1, 2 => unchecked(number * 2), _ => unchecked(-number) }).ToString(System.Globalization.CultureInfo.InvariantCulture)
        : random.Next(2) == 0 ? token[..(token.Length / 2)] : token + token;

    private static string[] TokensOf(byte[] file) => s_tokens.GetValue(file, static bytes => [.. Tokens(Encoding.UTF8.GetString(bytes))]);

    /// <summary>Cuts a text into strings in quotes, runs of letters and digits, and single characters.</summary>
    private static List<string> Tokens(string text)
    {
        var tokens = new List<string>();
        for (var begin = 0; begin < text.Length;)
        {
            var end = begin + 1;
            if (text[begin] == '"')
            {
                while (end < text.Length && text[end] != '"')
                    end += text[end] == '\\' ? 2 : 1;
                end = Math.Min(end + 1, text.Length);
            }
            else if (IsWord(text[begin]))
            {
                while (end < text.Length && IsWord(text[end]))
                    end++;
            }
            tokens.Add(text[begin..end]);
            begin = end;
        }
        return tokens;
    }

    private static bool IsWord(char character) => char.IsLetterOrDigit(character) || character is '.' or '-' or '+' or '_';
}
