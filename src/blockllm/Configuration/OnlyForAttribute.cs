using System.Reflection;

namespace Microsoft.ML.BlockLlm.Tool;

/// <summary>Says which methods a setting belongs to.</summary>
/// <param name="methods">The methods.</param>
[AttributeUsage(AttributeTargets.Property)]
internal sealed class OnlyForAttribute(params MethodName[] methods) : Attribute
{
    public IReadOnlyList<MethodName> Methods { get; } = methods;

    /// <summary>Whether a method takes a setting: <see cref="OnlyForAttribute"/> and <see cref="NotForAttribute"/> say which do not.</summary>
    public static bool IsTakenBy(PropertyInfo property, MethodName method) =>
        property.GetCustomAttribute<OnlyForAttribute>()?.Methods.Contains(method) != false && property.GetCustomAttribute<NotForAttribute>()?.Methods.Contains(method) != true;

    /// <summary>Refuses settings of other methods. One that has its default counts as not given: a saved configuration file has them all.</summary>
    /// <exception cref="UsageException">One is given.</exception>
    public static void Check(MethodSettings settings, MethodName method)
    {
        var defaults = Activator.CreateInstance(settings.GetType())!;
        foreach (var property in settings.GetType().GetProperties(BindingFlags.Public | BindingFlags.Instance))
        {
            if (Owners(property, method) is { } owners && !IsSame(property.GetValue(settings), property.GetValue(defaults)))
            {
                throw new UsageException(
                    $"{KebabCase.Of(property.Name)} is a setting of {owners}, and method is {Name(method)}, to which it means nothing. Leave it out, or choose another method.");
            }
        }
    }

    /// <summary>The methods that a setting belongs to, if this one is not among them; else null.</summary>
    private static string? Owners(PropertyInfo property, MethodName method)
    {
        if (IsTakenBy(property, method))
            return null;
        return property.GetCustomAttribute<OnlyForAttribute>() is { } only ? string.Join(", ", only.Methods.Select(Name)) : "other methods";
    }

    private static string Name(MethodName method) => KebabCase.Of(method.ToString());

    private static bool IsSame(object? value, object? initial) => value is IReadOnlyList<string> list ? list.SequenceEqual((IReadOnlyList<string>)initial!) : Equals(value, initial);
}
