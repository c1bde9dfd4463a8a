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
        if (FirstGiven(settings, property => !IsTakenBy(property, method)) is { } foreign)
        {
            throw new UsageException(
                $"{KebabCase.Of(foreign.Name)} is a setting of {Owners(foreign)}, and method is {Name(method)}, to which it means nothing. Leave it out, or choose another method.");
        }
    }

    /// <summary>Refuses settings that none of several methods takes, likewise.</summary>
    /// <exception cref="UsageException">One is given.</exception>
    public static void CheckAny(MethodSettings settings, IReadOnlyList<MethodName> methods)
    {
        if (FirstGiven(settings, property => !methods.Any(method => IsTakenBy(property, method))) is { } foreign)
        {
            throw new UsageException(
                $"{KebabCase.Of(foreign.Name)} is a setting of {Owners(foreign)}, and of the methods {string.Join(", ", methods.Select(Name))} none takes it. Leave it out, or choose another method.");
        }
    }

    /// <summary>The first setting of some that has another value than by default.</summary>
    private static PropertyInfo? FirstGiven(MethodSettings settings, Func<PropertyInfo, bool> some)
    {
        var defaults = Activator.CreateInstance(settings.GetType())!;
        return settings.GetType().GetProperties(BindingFlags.Public | BindingFlags.Instance).FirstOrDefault(property => some(property) && !IsSame(property.GetValue(settings), property.GetValue(defaults)));
    }

    /// <summary>The methods that a setting belongs to.</summary>
    private static string Owners(PropertyInfo property) =>
        property.GetCustomAttribute<OnlyForAttribute>() is { } only ? string.Join(", ", only.Methods.Select(Name)) : "other methods";

    private static string Name(MethodName method) => KebabCase.Of(method.ToString());

    private static bool IsSame(object? value, object? initial) => value is IReadOnlyList<string> list ? list.SequenceEqual((IReadOnlyList<string>)initial!) : Equals(value, initial);
}
