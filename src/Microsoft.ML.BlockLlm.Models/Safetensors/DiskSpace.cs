namespace Microsoft.ML.BlockLlm.Models;

/// <summary>What is said where a disk is full: the bytes that were needed, and those that are free.</summary>
internal static class DiskSpace
{
    // No space left and quota exceeded; under Windows disk full in two ways.
    private static readonly int[] s_full = OperatingSystem.IsWindows() ? [unchecked((int)0x80070070), unchecked((int)0x80070027)] : [28, OperatingSystem.IsMacOS() ? 69 : 122];

    /// <summary>Whether an exception says that a disk is full.</summary>
    public static bool IsMissing(IOException exception) => s_full.Contains(exception.HResult);

    /// <summary>How many bytes something writes; null if it fails here as well, which must not hide what failed before.</summary>
    public static long? TryBytesOf(Action<Stream> write)
    {
        try
        {
            using var count = new CountingStream();
            write(count);
            return count.Length;
        }
        catch (Exception exception) when (exception is not OutOfMemoryException)
        {
            return null;
        }
    }

    /// <summary>A sentence about what is needed and free.</summary>
    /// <param name="what">What was to be written.</param>
    /// <param name="needed">Its bytes; null if they are not known.</param>
    /// <param name="folder">A folder on the disk.</param>
    public static string Explain(string what, long? needed, string folder) =>
        $"{what} needs {(needed is { } bytes ? $"{bytes:N0} bytes" : "room")} beside what is there{Available(folder)}.";

    private static string Available(string folder)
    {
        try
        {
            return $", and {new DriveInfo(Path.GetFullPath(folder)).AvailableFreeSpace:N0} are free";
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException or ArgumentException)
        {
            return "";
        }
    }
}
