using System.Collections;
using System.Globalization;
using System.Reflection;

namespace Microsoft.ML.BlockLlm.Training;

/// <summary>What checkpoints say of an option: its value in words that depend on no culture, with the options inside it.</summary>
internal static class OptionText
{
    /// <summary>The text of a value.</summary>
    public static string Of(object? value) => value switch
    {
        null => "none",
        string text => text,
        Enum or bool => value.ToString()!,
        IFormattable number => number.ToString(null, CultureInfo.InvariantCulture),
        IEnumerable items => $"[{string.Join(", ", items.Cast<object?>().Select(Of))}]",
        _ => $"{value.GetType().Name} {{ {string.Join(", ", Properties(value).Select(property => $"{property.Name} = {Of(property.GetValue(value))}"))} }}",
    };

    /// <summary>Whether a text is that of a value, or was before some of the options inside it were known: these then have their defaults, which do what was done before.</summary>
    public static bool IsOf(string text, object? value) => After(text, value) is "";

    /// <summary>The options of an object.</summary>
    public static IEnumerable<PropertyInfo> Properties(object options) => options.GetType().GetProperties(BindingFlags.Public | BindingFlags.Instance);

    /// <summary>An object of the same kind as another, in which all that can be left out has its default.</summary>
    public static object WithDefaults(object options)
    {
        var constructor = ConstructorOf(options);
        return constructor.Invoke([.. constructor.GetParameters().Select(parameter => parameter.HasDefaultValue ? parameter.DefaultValue : Properties(options).Single(property => IsOf(parameter, property)).GetValue(options))]);
    }

    /// <summary>What follows the text of a value; null where the text begins otherwise.</summary>
    private static string? After(string? text, object? value) => value switch
    {
        null or string or Enum or IFormattable or bool => Skip(text, Of(value)),
        IEnumerable items => AfterItems(text, items.Cast<object?>()),
        _ => AfterOptions(text, value),
    };

    private static string? AfterItems(string? text, IEnumerable<object?> items)
    {
        var (rest, separator) = (Skip(text, "["), "");
        foreach (var item in items)
            (rest, separator) = (After(Skip(rest, separator), item), ", ");
        return Skip(rest, "]");
    }

    private static string? AfterOptions(string? text, object value)
    {
        var (rest, separator) = (Skip(text, $"{value.GetType().Name} {{ "), "");
        foreach (var property in Properties(value))
        {
            if (After(Skip(rest, $"{separator}{property.Name} = "), property.GetValue(value)) is { } after)
                (rest, separator) = (after, ", ");
            else if (!HasDefault(value, property))
                return null;
        }

        return Skip(rest, " }");
    }

    /// <summary>Whether an option can be left out, and has the value that it then has.</summary>
    private static bool HasDefault(object options, PropertyInfo property) =>
        ConstructorOf(options).GetParameters().All(parameter => parameter.HasDefaultValue || !IsOf(parameter, property)) && Of(property.GetValue(options)) == Of(property.GetValue(WithDefaults(options)));

    private static ConstructorInfo ConstructorOf(object options) => options.GetType().GetConstructors().MinBy(constructor => constructor.GetParameters().Length)!;

    private static bool IsOf(ParameterInfo parameter, PropertyInfo property) => string.Equals(parameter.Name, property.Name, StringComparison.OrdinalIgnoreCase);

    private static string? Skip(string? text, string beginning) => text?.StartsWith(beginning, StringComparison.Ordinal) == true ? text[beginning.Length..] : null;
}
