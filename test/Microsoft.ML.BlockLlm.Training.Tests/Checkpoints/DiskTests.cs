using System.Globalization;
using System.Text.RegularExpressions;

namespace Microsoft.ML.BlockLlm.Training.Tests;

/// <summary>Disks that are full or may only be read: a small file system of its own, where the test may mount one.</summary>
[TestClass]
[DoNotParallelize]
public sealed class DiskTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();
    private bool _isMounted;

    public void Dispose()
    {
        if (_isMounted)
            OwnProcess.Succeeds("umount", _folder.Path);
        _folder.Dispose();
    }

    [TestMethod]
    public void A_full_disk_ends_training_with_what_is_needed_and_keeps_the_checkpoints_before()
    {
        Mount("size=80k");
        var run = Saving(new CheckpointOptions { Directory = _folder.Path, EveryUpdates = 2, Keep = 9 });

        var error = Assert.ThrowsExactly<CheckpointException>(() => run.Train());

        var figures = Regex.Match(error.Message, @"It needs ([\d,.\s]+) bytes beside what is there, and [\d,.\s]+ are free\. Make room or name another folder");
        Assert.IsTrue(figures.Success, error.Message);
        var kept = _folder.Checkpoints;
        Assert.IsTrue(kept.Length >= 1 && kept.All(name => !name.EndsWith(".tmp", StringComparison.Ordinal)), string.Join(", ", kept));
        Assert.IsTrue(OwnProcess.Succeeds("mount", "-o", "remount,size=4m", _folder.Path));
        Outcome.AssertSame(new Run().Train(), run.Train());
        // Written anew, it differs in the times that it tells.
        var (needed, written) = (long.Parse(Regex.Replace(figures.Groups[1].Value, @"\D", ""), CultureInfo.InvariantCulture), new DirectoryInfo(error.Path).GetFiles().Sum(file => file.Length));
        Assert.AreEqual(written, needed, delta: 256);
    }

    [TestMethod]
    public void A_folder_that_may_only_be_read_is_refused_before_anything_is_computed_and_keeps_its_checkpoints()
    {
        Mount("size=4m");
        var run = Saving(new CheckpointOptions { Directory = _folder.Path });
        run.Train(interruptAfter: 5);
        Assert.IsTrue(OwnProcess.Succeeds("mount", "-o", "remount,ro", _folder.Path));

        StringAssert.Contains(Assert.ThrowsExactly<CheckpointException>(() => run.Train()).Message, "checkpoints cannot be written there");
        Assert.AreEqual(5, TrainingCheckpoint.Latest(_folder.Path)!.Step);

        Assert.IsTrue(OwnProcess.Succeeds("mount", "-o", "remount,rw", _folder.Path));
        Outcome.AssertSame(new Run().Train(), run.Train());
    }

    private void Mount(string options)
    {
        _isMounted = OperatingSystem.IsLinux() && OwnProcess.Succeeds("mount", "-t", "tmpfs", "-o", options, "tmpfs", _folder.Path);
        if (!_isMounted)
            Assert.Inconclusive("The test mounts a small file system, which this user may not: run it as root on Linux.");
    }

    private static Run Saving(CheckpointOptions checkpoints)
    {
        var run = new Run();
        return run with { Options = run.Options with { Checkpoints = checkpoints } };
    }
}
