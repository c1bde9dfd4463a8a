using System.Globalization;

namespace Microsoft.ML.BlockLlm.Tool;

/// <summary>Numbers of bytes as people write them: <c>8GiB</c>, <c>512MiB</c>, <c>8GB</c>.</summary>
internal static class ByteCount
{
    private static readonly (string Name, double Size)[] s_units =
        [("TiB", 1L << 40), ("GiB", 1L << 30), ("MiB", 1L << 20), ("KiB", 1L << 10), ("TB", 1e12), ("GB", 1e9), ("MB", 1e6), ("KB", 1e3), ("B", 1)];

    /// <summary>Reads a number of bytes.</summary>
    /// <exception cref="UsageException">The text is none.</exception>
    public static long Parse(string text, string source)
    {
        var (name, size) = s_units.FirstOrDefault(unit => text.EndsWith(unit.Name, StringComparison.OrdinalIgnoreCase), ("", 1));
        return double.TryParse(text[..^name.Length], NumberStyles.AllowDecimalPoint | NumberStyles.AllowTrailingWhite, CultureInfo.InvariantCulture, out var number) && number > 0
            ? (long)(number * size)
            : throw new UsageException($"{source} is '{text}', but must be a number of bytes such as 8GiB or 512MiB.");
    }

    /// <summary>Writes a number of bytes with three digits or so.</summary>
    public static string Format(long bytes) => bytes switch
    {
        >= 1L << 30 => string.Create(CultureInfo.InvariantCulture, $"{bytes / (double)(1L << 30):F2} GiB"),
        >= 1L << 20 => string.Create(CultureInfo.InvariantCulture, $"{bytes / (double)(1L << 20):F1} MiB"),
        _ => string.Create(CultureInfo.InvariantCulture, $"{bytes / 1024.0:F1} KiB"),
    };
}
