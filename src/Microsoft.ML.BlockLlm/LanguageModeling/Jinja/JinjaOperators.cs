namespace Microsoft.ML.BlockLlm.Jinja;

/// <summary>What operators, members and slices give.</summary>
internal static class JinjaOperators
{
    /// <summary>Computes with two values.</summary>
    public static object? Apply(string operation, object? left, object? right, int line) => (operation, left, right) switch
    {
        ("~", _, _) => JinjaBudget.Spend(JinjaValues.ToText(left)) + JinjaBudget.Spend(JinjaValues.ToText(right)),
        ("+", string first, string second) => JinjaBudget.Spend(first) + JinjaBudget.Spend(second),
        ("+", List<object?> first, List<object?> second) => Joined(first, second),
        ("+", long first, long second) => first + second,
        ("-", long first, long second) => first - second,
        ("*", long first, long second) => first * second,
        ("//", long first, long second) when second != 0 => (long)Math.Floor((double)first / second),
        ("%", long _, -1L) => 0L,
        ("%", long first, long second) when second != 0 => ((first % second) + second) % second,
        _ => throw new FormatException($"line {line}: '{operation}' cannot be used between {JinjaValues.Describe(left)} and {JinjaValues.Describe(right)}."),
    };

    /// <summary>Compares two values.</summary>
    public static bool Compare(string operation, object? left, object? right, int line) => operation switch
    {
        "==" => JinjaValues.Equals(left, right),
        "!=" => !JinjaValues.Equals(left, right),
        "in" => Contains(right, left, line),
        "not in" => !Contains(right, left, line),
        _ => (operation, Order(left, right, line)) switch
        {
            ("<", var order) => order < 0,
            (">", var order) => order > 0,
            ("<=", var order) => order <= 0,
            (_, var order) => order >= 0,
        },
    };

    /// <summary>A member of a dictionary, or a value that nobody set.</summary>
    public static object? Member(object? target, string name, int line) => target switch
    {
        Dictionary<string, object?> dictionary => dictionary.TryGetValue(name, out var value) ? value : JinjaValues.Undefined,
        _ when ReferenceEquals(target, JinjaValues.Undefined) => throw new FormatException($"line {line}: '{name}' is asked of an undefined value."),
        _ => JinjaValues.Undefined,
    };

    /// <summary>An item of a list or text, or a member of a dictionary.</summary>
    public static object? Item(object? target, object? key, int line) => (target, key) switch
    {
        (List<object?> list, long index) => Place(index, list.Count) is { } place ? list[place] : JinjaValues.Undefined,
        (string text, long index) => Place(index, text.Length) is { } place ? text[place].ToString() : JinjaValues.Undefined,
        (_, string name) => Member(target, name, line),
        _ => throw new FormatException($"line {line}: {JinjaValues.Describe(target)} has no items that {JinjaValues.Describe(key)} could name."),
    };

    /// <summary>A part of a list or text, as in Python.</summary>
    public static object? Slice(object? target, object? start, object? end, object? step, int line) => target switch
    {
        List<object?> list => Indices(list.Count, start, end, step, line).Select(index => list[index]).ToList(),
        string text => string.Concat(Indices(text.Length, start, end, step, line).Select(index => text[index])),
        _ => throw new FormatException($"line {line}: {JinjaValues.Describe(target)} cannot be sliced."),
    };

    private static List<object?> Joined(List<object?> first, List<object?> second)
    {
        JinjaBudget.Spend(first.Count + (long)second.Count);
        return [.. first, .. second];
    }

    private static IEnumerable<int> Indices(int count, object? start, object? end, object? step, int line)
    {
        if (start is not (null or long) || end is not (null or long) || step is not (null or 1L or -1L))
            throw new FormatException($"line {line}: a slice takes whole numbers, and a step of 1 or -1.");
        if (step is -1L)
            return start is null && end is null ? Enumerable.Range(0, count).Reverse() : throw new FormatException($"line {line}: a step of -1 is supported for the whole only, as in [::-1].");
        var (first, last) = (Bound(start as long? ?? 0, count), Bound(end as long? ?? count, count));
        return Enumerable.Range(first, Math.Max(0, last - first));
    }

    private static int Bound(long index, int count) => (int)Math.Clamp(index < 0 ? index + count : index, 0, count);

    private static int? Place(long index, int count) => index >= -count && index < count ? (int)(index < 0 ? index + count : index) : null;

    private static bool Contains(object? whole, object? part, int line) => (whole, part) switch
    {
        (string text, string inner) => text.Contains(inner, StringComparison.Ordinal),
        (Dictionary<string, object?> dictionary, string key) => dictionary.ContainsKey(key),
        (List<object?> list, _) => list.Exists(item => JinjaValues.Equals(item, part)),
        _ => throw new FormatException($"line {line}: {JinjaValues.Describe(whole)} cannot hold {JinjaValues.Describe(part)}."),
    };

    private static int Order(object? left, object? right, int line) => (left, right) switch
    {
        (long first, long second) => first.CompareTo(second),
        (string first, string second) => string.CompareOrdinal(first, second),
        _ => throw new FormatException($"line {line}: {JinjaValues.Describe(left)} and {JinjaValues.Describe(right)} cannot be compared by size."),
    };
}
