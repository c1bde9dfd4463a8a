using System.Globalization;

namespace Microsoft.ML.BlockLlm.Tool;

/// <summary>A learning rate to try.</summary>
/// <param name="Value">The rate.</param>
/// <param name="Method">The method that it is for; null for all that have no rates of their own.</param>
internal readonly record struct TriedRate(double Value, MethodName? Method = null)
{
    /// <summary>Reads a number, or the name of a method, a colon and a number; null if it is neither.</summary>
    public static TriedRate? Parse(string text)
    {
        var colon = text.IndexOf(':', StringComparison.Ordinal);
        var method = colon < 0 ? null : (MethodName?)KebabCase.Find(typeof(MethodName), text[..colon]);
        return double.TryParse(text.AsSpan(colon + 1), NumberStyles.Float, CultureInfo.InvariantCulture, out var value) && (colon < 0 || method is not null) ? new(value, method) : null;
    }
}
