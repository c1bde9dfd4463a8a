using System.ComponentModel;
using System.Diagnostics;

namespace Microsoft.ML.BlockLlm.Tool.Tests;

/// <summary>A file system of 4 MiB in the place of a folder. A test that wants one is inconclusive where it may not mount it.</summary>
internal sealed class SmallDisk : IDisposable
{
    private readonly string _folder;

    public SmallDisk(string folder)
    {
        _folder = Directory.CreateDirectory(folder).FullName;
        if (!OperatingSystem.IsLinux() || !Succeeds("mount", "-t", "tmpfs", "-o", "size=4m", "tmpfs", _folder))
            Assert.Inconclusive("The test mounts a small file system, which this user may not: run it as root on Linux.");
    }

    /// <summary>Fills it, but for some bytes.</summary>
    public void Fill(long except = 0)
    {
        using var filler = File.Create(Path.Combine(_folder, "filler"));
        filler.Write(new byte[new DriveInfo(_folder).AvailableFreeSpace - except]);
    }

    public void Dispose() => Succeeds("umount", _folder);

    private static bool Succeeds(string command, params string[] arguments)
    {
        try
        {
            using var process = Process.Start(new ProcessStartInfo(command, arguments) { RedirectStandardError = true })!;
            process.WaitForExit();
            return process.ExitCode == 0;
        }
        catch (Win32Exception)
        {
            return false;
        }
    }
}
