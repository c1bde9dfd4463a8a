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
            if (property.GetCustomAttribute<OnlyForAttribute>() is { } only && !only.Methods.Contains(method) && !IsSame(property.GetValue(settings), property.GetValue(defaults)))
            {
                throw new UsageException(
                    $"{KebabCase.Of(property.Name)} is a setting of {string.Join(", ", only.Methods.Select(Name))}, and method is {Name(method)}, to which it means nothing. Leave it out, or choose another method.");
            }
        }
    }

    private static string Name(MethodName method) => KebabCase.Of(method.ToString());

    private static bool IsSame(object? value, object? initial) => value is IReadOnlyList<string> list ? list.SequenceEqual((IReadOnlyList<string>)initial!) : Equals(value, initial);
}
