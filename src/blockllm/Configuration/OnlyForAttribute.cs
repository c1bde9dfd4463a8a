using System.Reflection;

namespace Microsoft.ML.BlockLlm.Tool;

/// <summary>Says which methods a setting belongs to.</summary>
/// <param name="methods">The methods.</param>
[AttributeUsage(AttributeTargets.Property)]
internal sealed class OnlyForAttribute(params MethodName[] methods) : Attribute
{
    public IReadOnlyList<MethodName> Methods { get; } = methods;

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
        if (property.GetCustomAttribute<OnlyForAttribute>() is { } only && !only.Methods.Contains(method))
            return string.Join(", ", only.Methods.Select(Name));
        return property.GetCustomAttribute<NotForAttribute>() is { } not && not.Methods.Contains(method) ? "other methods" : null;
    }

    private static string Name(MethodName method) => KebabCase.Of(method.ToString());

    private static bool IsSame(object? value, object? initial) => value is IReadOnlyList<string> list ? list.SequenceEqual((IReadOnlyList<string>)initial!) : Equals(value, initial);
}
