using System.Globalization;

namespace Microsoft.ML.BlockLlm.Training;

/// <summary>
/// How the history of a run is divided among the files of a checkpoint, so that one need not write what another has: <c>history-00000001.jsonl</c> with the updates from the first,
/// <c>history-00000513.jsonl</c> with those from the 513th.
/// </summary>
/// <remarks>
/// A segment has more updates than the one after it: one that does not is written anew together with what comes after. So there are few segments, and each update is written a few times, however long the run
/// and however many its checkpoints.
/// </remarks>
internal static class HistorySegments
{
    private const string Prefix = "history-";
    private const string Suffix = ".jsonl";

    // What checkpoints of the first format have, in which the history is whole.
    private const string Whole = "history.jsonl";

    /// <summary>The name of the file with the updates from one on.</summary>
    public static string NameOf(long first) => string.Create(CultureInfo.InvariantCulture, $"{Prefix}{first:D8}{Suffix}");

    /// <summary>The first update of a file, by its name; null where it is no segment.</summary>
    public static long? FirstOf(string name) => name == Whole ? 1
        : name.StartsWith(Prefix, StringComparison.Ordinal) && name.EndsWith(Suffix, StringComparison.Ordinal)
            && long.TryParse(name.AsSpan()[Prefix.Length..^Suffix.Length], NumberStyles.None, CultureInfo.InvariantCulture, out var first) ? first
        : null;

    /// <summary>How many segments of an earlier checkpoint stay as they are; from the end of these on, one is to be written.</summary>
    /// <param name="firsts">The first updates of its segments, in order.</param>
    /// <param name="earlierSteps">The updates that they hold.</param>
    /// <param name="steps">The updates to hold now, no fewer.</param>
    /// <returns>The number of segments, and the first update that is in none of them.</returns>
    public static (int Kept, long Next) Keep(IReadOnlyList<long> firsts, long earlierSteps, long steps)
    {
        var (kept, end) = (firsts.Count, earlierSteps);
        while (kept > 0 && steps > earlierSteps && end - firsts[kept - 1] + 1 <= steps - end)
            end = firsts[--kept] - 1;
        return (kept, end + 1);
    }
}
