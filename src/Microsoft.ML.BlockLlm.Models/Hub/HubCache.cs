using System.Text.RegularExpressions;

namespace Microsoft.ML.BlockLlm.Models;

/// <summary>
/// The downloaded revisions of one model: <c>snapshots/COMMIT/</c> holds a revision's files, <c>refs/REVISION</c> names its commit.
/// A reference is written when all files of its commit are there.
/// </summary>
internal sealed partial class HubCache
{
    private readonly string _folder;

    public HubCache(string cacheDirectory, string name)
    {
        _folder = Path.Combine(Path.GetFullPath(cacheDirectory), "models--" + name.Replace("/", "--", StringComparison.Ordinal));
    }

    /// <summary>Whether a name has the form <c>model</c> or <c>owner/model</c>, so that it can be part of an address and of a path.</summary>
    public static bool IsName(string name) => Name().IsMatch(name) && !name.Contains("..", StringComparison.Ordinal);

    /// <summary>Whether text is the digest of a commit.</summary>
    public static bool IsCommit(string text) => Commit().IsMatch(text);

    /// <summary>The folder of a commit's files.</summary>
    public string SnapshotOf(string commit) => Path.Combine(_folder, "snapshots", commit);

    /// <summary>The folder of a revision that was downloaded in full; null if there is none.</summary>
    public string? Find(string revision)
    {
        if (!File.Exists(ReferenceTo(revision)))
            return null;
        var commit = File.ReadAllText(ReferenceTo(revision));
        return IsCommit(commit) && Directory.Exists(SnapshotOf(commit)) ? SnapshotOf(commit) : null;
    }

    /// <summary>Remembers that all files of a revision are there.</summary>
    public void Complete(string revision, string commit)
    {
        foreach (var reference in new[] { revision, commit })
        {
            Directory.CreateDirectory(Path.GetDirectoryName(ReferenceTo(reference))!);
            AtomicFile.WriteText(ReferenceTo(reference), commit);
        }
    }

    // Escaped, so that no revision can leave the folder; a dot is no part of an escape but could be all of a name.
    private string ReferenceTo(string revision) => Path.Combine(_folder, "refs", "@" + Uri.EscapeDataString(revision));

    [GeneratedRegex(@"^[A-Za-z0-9_][A-Za-z0-9_.-]*(/[A-Za-z0-9_][A-Za-z0-9_.-]*)?\z")]
    private static partial Regex Name();

    [GeneratedRegex(@"^[0-9a-f]{7,64}\z")]
    private static partial Regex Commit();
}
