namespace Microsoft.ML.BlockLlm.Models;

/// <summary>Whether two names are of one folder.</summary>
internal static class FolderNames
{
    /// <summary>Whether they are, links followed. On systems that mostly do not tell upper from lower case, neither does this.</summary>
    public static bool AreSame(string first, string second) =>
        string.Equals(Resolved(first), Resolved(second), OperatingSystem.IsLinux() ? StringComparison.Ordinal : StringComparison.OrdinalIgnoreCase);

    private static string Resolved(string path)
    {
        var folder = new DirectoryInfo(Path.TrimEndingDirectorySeparator(Path.GetFullPath(path)));
        var target = folder.Exists ? folder.ResolveLinkTarget(returnFinalTarget: true) : null;
        return Path.TrimEndingDirectorySeparator((target ?? folder).FullName);
    }
}
