namespace Microsoft.ML.BlockLlm.Training.Tests;

/// <summary>A small file system in the place of a folder. A test that wants one is inconclusive where it may not mount it.</summary>
internal sealed class SmallDisk : IDisposable
{
    private readonly string _folder;

    /// <summary>Mounts it.</summary>
    /// <param name="folder">The folder; it is made where it is missing.</param>
    /// <param name="size">How large it is, as <c>mount</c> takes it. Default 4 MiB.</param>
    public SmallDisk(string folder, string size = "4m")
    {
        _folder = Directory.CreateDirectory(folder).FullName;
        if (!OperatingSystem.IsLinux() || !SystemCommand.Succeeds("mount", "-t", "tmpfs", "-o", $"size={size}", "tmpfs", _folder))
            Assert.Inconclusive("The test mounts a small file system, which this user may not: run it as root on Linux.");
    }

    /// <summary>Mounts it with other options: <c>ro</c>, <c>rw</c> or a size.</summary>
    public void Remount(string options) => Assert.IsTrue(SystemCommand.Succeeds("mount", "-o", $"remount,{options}", _folder));

    /// <summary>Fills it, but for some bytes.</summary>
    public void Fill(long except = 0)
    {
        using var filler = File.Create(Path.Combine(_folder, "filler"));
        filler.Write(new byte[new DriveInfo(_folder).AvailableFreeSpace - except]);
    }

    public void Dispose() => SystemCommand.Succeeds("umount", _folder);
}
