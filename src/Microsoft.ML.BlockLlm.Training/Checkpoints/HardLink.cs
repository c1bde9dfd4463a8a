using System.Runtime.InteropServices;

namespace Microsoft.ML.BlockLlm.Training;

/// <summary>Gives a file a second name, at no cost of bytes.</summary>
internal static partial class HardLink
{
    /// <summary>Does it where the file system can; both names must be on the same one.</summary>
    /// <param name="path">The file.</param>
    /// <param name="name">Its second name, under which there is nothing.</param>
    /// <returns>Whether it was done.</returns>
    public static bool TryCreate(string path, string name) => OperatingSystem.IsWindows() ? CreateHardLink(name, path, 0) : link(path, name) == 0;

    [LibraryImport("libc", StringMarshalling = StringMarshalling.Utf8)]
    private static partial int link(string path, string name);

    [LibraryImport("kernel32", EntryPoint = "CreateHardLinkW", StringMarshalling = StringMarshalling.Utf16)]
    [return: MarshalAs(UnmanagedType.Bool)]
    private static partial bool CreateHardLink(string name, string path, nint reserved);
}
