using System.Globalization;
using System.Text.RegularExpressions;

namespace Microsoft.ML.BlockLlm.Training.Tests;

/// <summary>Disks that are full or may only be read: a small file system of its own, where the test may mount one.</summary>
[TestClass]
[DoNotParallelize]
public sealed class DiskTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [TestMethod]
    public void A_full_disk_ends_training_with_what_is_needed_and_keeps_the_checkpoints_before()
    {
        using var disk = new SmallDisk(_folder.Path, "80k");
        var run = Saving(new CheckpointOptions { Directory = _folder.Path, EveryUpdates = 2, Keep = 9 });

        var error = Assert.ThrowsExactly<CheckpointException>(() => run.Train());

        var figures = Regex.Match(error.Message, @"It needs ([\d,.\s]+) bytes beside what is there, and [\d,.\s]+ are free\. Make room or name another folder");
        Assert.IsTrue(figures.Success, error.Message);
        var kept = _folder.Checkpoints;
        Assert.IsTrue(kept.Length >= 1 && kept.All(name => !name.EndsWith(".tmp", StringComparison.Ordinal)), string.Join(", ", kept));
        disk.Remount("size=4m");
        Outcome.AssertSame(new Run().Train(), run.Train());
        // Written anew, it differs in the times that it tells.
        var (needed, written) = (long.Parse(Regex.Replace(figures.Groups[1].Value, @"\D", ""), CultureInfo.InvariantCulture), new DirectoryInfo(error.Path).GetFiles().Sum(file => file.Length));
        Assert.AreEqual(written, needed, delta: 256);
    }

    [TestMethod]
    public void A_folder_that_may_only_be_read_is_refused_before_anything_is_computed_and_keeps_its_checkpoints()
    {
        using var disk = new SmallDisk(_folder.Path);
        var run = Saving(new CheckpointOptions { Directory = _folder.Path });
        run.Train(interruptAfter: 5);
        disk.Remount("ro");

        StringAssert.Contains(Assert.ThrowsExactly<CheckpointException>(() => run.Train()).Message, "checkpoints cannot be written there");
        Assert.AreEqual(5, TrainingCheckpoint.Latest(_folder.Path)!.Step);

        disk.Remount("rw");
        Outcome.AssertSame(new Run().Train(), run.Train());
    }

    private static Run Saving(CheckpointOptions checkpoints)
    {
        var run = new Run();
        return run with { Options = run.Options with { Checkpoints = checkpoints } };
    }
}
