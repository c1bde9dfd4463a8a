using System.Text.Json;

namespace Microsoft.ML.BlockLlm.Tool;

/// <summary>Names as they are written in flags and configuration files: <c>LearningRate</c> is <c>learning-rate</c>.</summary>
internal static class KebabCase
{
    public static string Of(string name) => JsonNamingPolicy.KebabCaseLower.ConvertName(name);

    /// <summary>The names of an enumeration's values.</summary>
    public static IEnumerable<string> NamesOf(Type enumeration) => Enum.GetNames(enumeration).Select(Of);

    /// <summary>The value of an enumeration that has a name; null if none has.</summary>
    public static object? Find(Type enumeration, string name) =>
        Enum.GetValues(enumeration).Cast<object>().FirstOrDefault(value => string.Equals(Of(value.ToString()!), name, StringComparison.OrdinalIgnoreCase));
}
