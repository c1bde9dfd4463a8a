using System.Globalization;

namespace Microsoft.ML.BlockLlm.Tool;

/// <summary>A learning rate to try.</summary>
/// <param name="Value">The rate.</param>
/// <param name="Name">The name of the method that it is for; null for all that have no rates of their own.</param>
internal readonly record struct TriedRate(double Value, string? Name = null)
{
    /// <summary>Reads a number, or the name of a method, a colon and a number; null if it is neither.</summary>
    /// <param name="text">The text.</param>
    /// <param name="compared">The methods that are compared. Of others, the names of methods alone are known.</param>
    public static TriedRate? Parse(string text, IReadOnlyList<ComparedMethod> compared)
    {
        var colon = text.IndexOf(':', StringComparison.Ordinal);
        var name = colon < 0 ? null : text[..colon];
        if (!double.TryParse(text.AsSpan(colon + 1), NumberStyles.Float, CultureInfo.InvariantCulture, out var value))
            return null;
        if (name is null || compared.Any(method => method.Name == name))
            return new(value, name);
        return ComparedMethod.Find(name) is { } method ? new(value, KebabCase.Of(method.ToString())) : null;
    }
}
