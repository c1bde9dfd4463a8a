using System.Globalization;

/// <summary>What Linux says of this process, in bytes.</summary>
/// <param name="ReadBytes">Read from the disk since it began.</param>
/// <param name="Anonymous">Memory of its own now: all that is no page of a file.</param>
internal sealed record ProcessFigures(long ReadBytes, long Anonymous)
{
    public static ProcessFigures Read() =>
        new(Field("/proc/self/io", "read_bytes"), 1024 * Field("/proc/self/status", "RssAnon"));

    private static long Field(string path, string name) =>
        long.Parse(File.ReadLines(path).First(line => line.StartsWith(name + ":", StringComparison.Ordinal)).Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries)[1], CultureInfo.InvariantCulture);
}
