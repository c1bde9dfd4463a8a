using System.Diagnostics;

namespace Microsoft.ML.BlockLlm.AutoML.Tests;

/// <summary>Keeps folders from being deleted: by a file whose name is no text, so that .NET cannot name it.</summary>
internal static class Undeletable
{
    private const string Obstacle = "\"$0/$(printf '\\377')\"";

    /// <summary>Makes a folder, if it is not there, and keeps it from being deleted.</summary>
    public static void Make(string directory)
    {
        if (!OperatingSystem.IsLinux())
            Assert.Inconclusive("The test needs a file system whose file names are bytes.");
        Directory.CreateDirectory(directory);
        Run($"touch {Obstacle}", directory);
    }

    /// <summary>Lets it be deleted.</summary>
    public static void Free(string directory) => Run($"rm -f {Obstacle}", directory);

    private static void Run(string command, string directory)
    {
        using var process = Process.Start("sh", ["-c", command, directory]);
        process.WaitForExit();
        Assert.AreEqual(0, process.ExitCode, command);
    }
}
