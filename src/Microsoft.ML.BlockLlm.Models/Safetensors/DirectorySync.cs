using System.Runtime.InteropServices;

namespace Microsoft.ML.BlockLlm.Models;

/// <summary>Brings the names in a folder to the disk, so that a file or folder that was renamed is there after a power cut too.</summary>
internal static partial class DirectorySync
{
    private const int ReadOnly = 0;

    // Some network file systems cannot do this to folders and say so: "invalid argument", or "not supported" under Linux and macOS.
    private static readonly int[] s_notThere = [22, 95, 45];

    /// <summary>Does it where the system has a call for it; Windows writes names through its journal.</summary>
    public static void Flush(string directory)
    {
        if (OperatingSystem.IsWindows())
            return;
        var descriptor = open(directory, ReadOnly);
        if (descriptor < 0)
            throw Failure(directory);
        try
        {
            if (fsync(descriptor) != 0 && !s_notThere.Contains(Marshal.GetLastPInvokeError()))
                throw Failure(directory);
        }
        finally
        {
            _ = close(descriptor);
        }
    }

    private static IOException Failure(string directory) =>
        new($"The folder {directory} cannot be brought to the disk: {Marshal.GetLastPInvokeErrorMessage()}.");

    [LibraryImport("libc", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    private static partial int open(string path, int flags);

    [LibraryImport("libc", SetLastError = true)]
    private static partial int fsync(int descriptor);

    [LibraryImport("libc")]
    private static partial int close(int descriptor);
}
