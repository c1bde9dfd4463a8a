namespace Microsoft.ML.BlockLlm.Jinja;

/// <summary>The filters, tests and methods that chat templates use.</summary>
internal static class JinjaFunctions
{
    private static readonly string[] s_filters = ["trim", "tojson", "length", "list", "join", "default", "upper", "lower", "string", "first", "last", "selectattr"];
    private static readonly string[] s_tests = ["defined", "undefined", "none", "string", "mapping", "iterable", "sequence", "number", "boolean", "true", "false", "equalto", "eq"];
    private static readonly string[] s_methods = ["strip", "lstrip", "rstrip", "split", "startswith", "endswith", "upper", "lower", "replace", "items", "keys", "values", "get"];

    public static void RequireFilter(string name, int line) => Require("filter", name, s_filters, line);

    public static void RequireTest(string name, int line) => Require("test", name, s_tests, line);

    public static void RequireMethod(string name, int line) => Require("method", name, s_methods, line);

    /// <summary>The value of <c>value | name(arguments)</c>.</summary>
    public static object? Filter(string name, object? value, object?[] arguments, Dictionary<string, object?> named, int line) => (name, value, arguments) switch
    {
        ("trim", string text, []) => text.Trim(),
        ("upper", string text, []) => text.ToUpperInvariant(),
        ("lower", string text, []) => text.ToLowerInvariant(),
        ("string", _, []) => JinjaValues.ToText(value),
        ("tojson", _, [] or [long]) => JinjaValues.ToJson(value, arguments.FirstOrDefault() as long? ?? named.GetValueOrDefault("indent") as long?),
        ("length", string text, []) => (long)text.Length,
        ("length", _, []) => (long)JinjaValues.Items(value, line).Count(),
        ("list", _, []) => JinjaValues.Items(value, line).ToList(),
        ("first", _, []) => JinjaValues.Items(value, line).FirstOrDefault(JinjaValues.Undefined),
        ("last", _, []) => JinjaValues.Items(value, line).LastOrDefault(JinjaValues.Undefined),
        ("join", _, []) => string.Concat(JinjaValues.Items(value, line).Select(item => JinjaBudget.Spend(JinjaValues.ToText(item)))),
        ("join", _, [string separator]) => string.Join(separator, JinjaValues.Items(value, line).Select(item => Joined(item, separator))),
        ("default", _, [var otherwise, ..]) => ReferenceEquals(value, JinjaValues.Undefined) || (arguments is [_, true] && !JinjaValues.IsTrue(value)) ? otherwise : value,
        ("selectattr", _, [string member, "equalto" or "eq" or "==", var wanted]) =>
            JinjaValues.Items(value, line).Where(item => JinjaValues.Equals(JinjaOperators.Member(item, member, line), wanted)).ToList(),
        ("selectattr", _, [string member]) => JinjaValues.Items(value, line).Where(item => JinjaValues.IsTrue(JinjaOperators.Member(item, member, line))).ToList(),
        _ => throw Unfit("filter", name, value, line),
    };

    /// <summary>Whether <c>value is name argument</c>.</summary>
    public static bool Test(string name, object? value, object? argument) => name switch
    {
        "defined" => !ReferenceEquals(value, JinjaValues.Undefined),
        "undefined" => ReferenceEquals(value, JinjaValues.Undefined),
        "none" => value is null,
        "string" => value is string,
        "mapping" => value is Dictionary<string, object?>,
        "iterable" or "sequence" => value is string or List<object?> or Dictionary<string, object?>,
        "number" => value is long or double,
        "boolean" => value is bool,
        "true" => value is true,
        "false" => value is false,
        _ => JinjaValues.Equals(value, argument),
    };

    /// <summary>The value of <c>target.name(arguments)</c>.</summary>
    public static object? CallMethod(object? target, string name, object?[] arguments, int line) => (name, target, arguments) switch
    {
        ("strip", string text, []) => text.Trim(),
        ("strip", string text, [string characters]) => text.Trim(characters.ToCharArray()),
        ("lstrip", string text, []) => text.TrimStart(),
        ("lstrip", string text, [string characters]) => text.TrimStart(characters.ToCharArray()),
        ("rstrip", string text, []) => text.TrimEnd(),
        ("rstrip", string text, [string characters]) => text.TrimEnd(characters.ToCharArray()),
        ("split", string text, [string separator]) when separator.Length > 0 => text.Split(separator).Cast<object?>().ToList(),
        ("startswith", string text, [string begin]) => text.StartsWith(begin, StringComparison.Ordinal),
        ("endswith", string text, [string end]) => text.EndsWith(end, StringComparison.Ordinal),
        ("upper", string text, []) => text.ToUpperInvariant(),
        ("lower", string text, []) => text.ToLowerInvariant(),
        ("replace", string text, [string old, string replacement]) when old.Length > 0 => Replaced(text, old, replacement),
        ("items", Dictionary<string, object?> dictionary, []) => dictionary.Select(object? (item) => new List<object?> { item.Key, item.Value }).ToList(),
        ("keys", Dictionary<string, object?> dictionary, []) => dictionary.Keys.Cast<object?>().ToList(),
        ("values", Dictionary<string, object?> dictionary, []) => dictionary.Values.ToList(),
        ("get", Dictionary<string, object?> dictionary, [string key]) => dictionary.GetValueOrDefault(key),
        ("get", Dictionary<string, object?> dictionary, [string key, var otherwise]) => dictionary.GetValueOrDefault(key, otherwise),
        _ => throw Unfit("method", name, target, line),
    };

    private static string Joined(object? item, string separator)
    {
        JinjaBudget.Spend(separator.Length);
        return JinjaBudget.Spend(JinjaValues.ToText(item));
    }

    private static string Replaced(string text, string old, string replacement)
    {
        JinjaBudget.Spend(text.Length);
        JinjaBudget.Spend((long)text.AsSpan().Count(old) * replacement.Length);
        return text.Replace(old, replacement, StringComparison.Ordinal);
    }

    private static void Require(string kind, string name, string[] supported, int line)
    {
        if (!supported.Contains(name))
            throw new FormatException($"line {line}: the {kind} '{name}' is not supported. Supported are {string.Join(", ", supported)}.");
    }

    private static FormatException Unfit(string kind, string name, object? value, int line) =>
        new($"line {line}: the {kind} '{name}' cannot be used on {JinjaValues.Describe(value)} with these arguments.");
}
