using System.Text.RegularExpressions;

namespace Microsoft.ML.BlockLlm.Tool;

/// <summary>A method of a comparison, under its own name or another: several settings of one method are compared under a name each.</summary>
/// <param name="Name">The name in flags, tables and folders.</param>
/// <param name="Method">The method.</param>
internal readonly partial record struct ComparedMethod(string Name, MethodName Method)
{
    /// <summary>What <see cref="Parse"/> takes.</summary>
    public static string Rule =>
        $"must be one of {string.Join(", ", KebabCase.NamesOf(typeof(MethodName)))}; or a name of letters, digits and hyphens that is no method's, '=', and one of these";

    /// <summary>Reads the name of a method, or another name, <c>=</c> and the name of a method; null if it is neither.</summary>
    public static ComparedMethod? Parse(string text)
    {
        var name = text.Contains('=', StringComparison.Ordinal) ? text.Split('=', 2)[0] : null;
        if (Find(name is null ? text : text[(name.Length + 1)..]) is not { } method)
            return null;
        if (name is null)
            return new(KebabCase.Of(method.ToString()), method);
        return Find(name) is null && NamePattern().IsMatch(name) ? new(name, method) : null;
    }

    /// <summary>The method of a name; null if there is none.</summary>
    public static MethodName? Find(string name) => (MethodName?)KebabCase.Find(typeof(MethodName), name);

    [GeneratedRegex("^[A-Za-z0-9][A-Za-z0-9-]*$")]
    private static partial Regex NamePattern();
}
