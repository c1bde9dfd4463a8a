namespace Microsoft.ML.BlockLlm.Tool;

/// <summary>A stretch of updates in which a block was active.</summary>
/// <param name="From">The first update.</param>
/// <param name="Until">The update after the last.</param>
/// <param name="Share">In which share of them it was active.</param>
internal readonly record struct ActiveSpan(double From, double Until, double Share);

/// <summary>Works out when a block was active, in no more stretches than a drawing can show.</summary>
/// <param name="selections">The updates of the selections.</param>
/// <param name="end">The update after the last.</param>
internal sealed class ActiveSpans(IReadOnlyList<long> selections, long end)
{
    private const int MostSpans = 120;

    /// <summary>The stretches of a block. Where there are many selections, time is cut into equal parts, each with its share.</summary>
    /// <param name="chosen">The numbers of the selections that chose it, in order.</param>
    public IEnumerable<ActiveSpan> Of(IEnumerable<int> chosen)
    {
        var spans = chosen.Select(i => new ActiveSpan(selections[i], i + 1 < selections.Count ? selections[i + 1] : end, 1));
        return Joined(selections.Count > MostSpans ? Parts([.. spans]) : spans);
    }

    private IEnumerable<ActiveSpan> Parts(IReadOnlyList<ActiveSpan> spans)
    {
        var width = (end - selections[0]) / (double)MostSpans;
        var active = new double[MostSpans];
        foreach (var span in spans)
        {
            var (from, until) = ((span.From - selections[0]) / width, (span.Until - selections[0]) / width);
            for (var part = (int)from; part < Math.Min(until, MostSpans); part++)
                active[part] += Math.Min(until, part + 1) - Math.Max(from, part);
        }

        // In tenths, so that neighbours that look alike are one.
        return active.Index()
            .Select(part => new ActiveSpan(selections[0] + (part.Index * width), selections[0] + ((part.Index + 1) * width), Math.Ceiling(10 * Math.Min(part.Item, 1)) / 10))
            .Where(span => span.Share > 0);
    }

    private static IEnumerable<ActiveSpan> Joined(IEnumerable<ActiveSpan> spans)
    {
        ActiveSpan? last = null;
        foreach (var span in spans)
        {
            if (last is { } open && open.Until == span.From && open.Share == span.Share)
            {
                last = open with { Until = span.Until };
                continue;
            }

            if (last is { } closed)
                yield return closed;
            last = span;
        }

        if (last is { } rest)
            yield return rest;
    }
}
