using System.Collections;
using System.Globalization;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;

namespace Microsoft.ML.BlockLlm.Jinja;

/// <summary>
/// What the values of a template are and mean: text, <see cref="long"/>, <see cref="double"/>, <see cref="bool"/>, null for none, lists, dictionaries,
/// and <see cref="Undefined"/>.
/// </summary>
internal static class JinjaValues
{
    private const int MaxIndent = 16;

    private static readonly JsonSerializerOptions s_json = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    /// <summary>What a variable has that nobody set.</summary>
    public static object Undefined { get; } = new();

    /// <summary>Whether a condition of this value holds, as in Python.</summary>
    public static bool IsTrue(object? value) => value switch
    {
        null => false,
        bool flag => flag,
        string text => text.Length > 0,
        long number => number != 0,
        double number => number != 0,
        ICollection items => items.Count > 0,
        _ => !ReferenceEquals(value, Undefined),
    };

    /// <summary>A value as it is given out.</summary>
    /// <exception cref="FormatException">It is a list or dictionary.</exception>
    public static string ToText(object? value) => value switch
    {
        null => "None",
        string text => text,
        bool flag => flag ? "True" : "False",
        IFormattable number => number.ToString(null, CultureInfo.InvariantCulture),
        ICollection => throw new FormatException("a list or dictionary is given out; only text and numbers can be. Use tojson."),
        _ => "",
    };

    /// <summary>What a loop goes through: the items of a list, or the keys of a dictionary.</summary>
    /// <exception cref="FormatException">It is neither.</exception>
    public static IEnumerable<object?> Items(object? value, int line) => value switch
    {
        List<object?> list => list,
        Dictionary<string, object?> dictionary => dictionary.Keys,
        _ => throw new FormatException($"line {line}: {Describe(value)} is no list."),
    };

    /// <summary>Whether two values are equal, lists and dictionaries by what they hold.</summary>
    public static new bool Equals(object? first, object? second)
    {
        JinjaBudget.Spend();
        return AreEqual(first, second);
    }

    private static bool AreEqual(object? first, object? second) => (first, second) switch
    {
        (List<object?> left, List<object?> right) => left.Count == right.Count && left.Zip(right).All(pair => Equals(pair.First, pair.Second)),
        (Dictionary<string, object?> left, Dictionary<string, object?> right) =>
            left.Count == right.Count && left.All(item => right.TryGetValue(item.Key, out var other) && Equals(item.Value, other)),
        (long left, double right) => left == right,
        (double left, long right) => left == right,
        _ => object.Equals(first, second),
    };

    /// <summary>What a value is, for messages.</summary>
    public static string Describe(object? value) => value switch
    {
        null => "none",
        string => "a text",
        bool or long or double => $"'{ToText(value)}'",
        List<object?> => "a list",
        Dictionary<string, object?> => "a dictionary",
        _ => "an undefined value",
    };

    /// <summary>A value as JSON, spaced as Python does.</summary>
    /// <exception cref="FormatException">The indent is none.</exception>
    public static string ToJson(object? value, long? indent)
    {
        if (indent is < 0 or > MaxIndent)
            throw new FormatException($"the indent {indent} is not supported; supported are 0 to {MaxIndent}.");
        var json = new StringBuilder();
        Write(value, "\n");
        return json.ToString();

        void Write(object? item, string lineEnd)
        {
            JinjaBudget.Spend(1 + lineEnd.Length);
            switch (item)
            {
                case List<object?> list:
                    WriteItems("[", list.Select(entry => ("", entry)), "]", lineEnd);
                    break;
                case Dictionary<string, object?> dictionary:
                    WriteItems("{", dictionary.Select(entry => (Text(entry.Key) + ": ", entry.Value)), "}", lineEnd);
                    break;
                default:
                    json.Append(ReferenceEquals(item, Undefined) ? "\"\"" : Text(item));
                    break;
            }
        }

        // What it costs is known before it is written, and what comes of it, which escapes make longer, after.
        static string Text(object? item)
        {
            JinjaBudget.Spend((item as string)?.Length ?? 1);
            return JinjaBudget.Spend(JsonSerializer.Serialize(item, s_json));
        }

        void WriteItems(string begin, IEnumerable<(string Name, object? Value)> items, string end, string lineEnd)
        {
            var inner = indent is { } width ? lineEnd + new string(' ', (int)width) : "";
            json.Append(begin);
            foreach (var (index, (name, item)) in items.Index())
            {
                json.Append(index == 0 ? "" : indent is null ? ", " : ",").Append(inner).Append(name);
                Write(item, inner);
            }
            if (indent is not null && items.Any())
                json.Append(lineEnd);
            json.Append(end);
        }
    }
}
