namespace Microsoft.ML.BlockLlm.Persistence;

/// <summary>The names in the archive of a model file: each is there once, and lies in the archive. ML.NET writes no others, reads the last of two, and passes over names that lead elsewhere.</summary>
internal static class ArchivedNames
{
    /// <summary>Refuses an archive whose names are not all of that kind, before any part of ours is unpacked.</summary>
    /// <param name="ctx">Where the transformer is read from.</param>
    /// <exception cref="FormatException">One is not; the message names it.</exception>
    public static void RequireSound(ModelLoadContext ctx)
    {
        var names = new HashSet<string>(StringComparer.Ordinal);
        foreach (var entry in ModelArchive.EntriesOf(ctx))
        {
            if (LeadsElsewhere(entry.FullName))
                throw new FormatException($"The model file has a part '{entry.FullName}', whose name leads out of the file. No model has such a part: take another copy of the file.");
            if (!names.Add(ModelArchive.Normalized(entry.FullName)))
                throw new FormatException($"The model file has two parts of the name '{entry.FullName}', and nothing says which of them is meant. Take another copy of the file.");
        }
    }

    // Up, from the root of a disk, or on a drive of Windows.
    private static bool LeadsElsewhere(string name) =>
        name.StartsWith('/') || name.StartsWith('\\') || (name.Length > 1 && name[1] == ':') || name.Split('/', '\\').Contains("..");
}
