namespace Microsoft.ML.BlockLlm.Training.Tests;

/// <summary>Real processes, ended by real signals.</summary>
[TestClass]
[DoNotParallelize]
public sealed class KillTests
{
    private const int SigKill = 128 + 9;

    /// <summary>SIGKILL at the first of each kind of write point; with BLOCKLLM_FULL=1 at every one.</summary>
    [TestMethod]
    public void A_run_that_is_killed_while_it_writes_a_checkpoint_goes_on_with_the_same_bits()
    {
        RequirePosix();
        var whole = new Run().Train();
        var points = WritePoints();
        var isFull = Environment.GetEnvironmentVariable("BLOCKLLM_FULL") == "1";

        for (var point = 0; point < points.Count; point++)
        {
            if (!isFull && points.IndexOf(points[point]) != point)
                continue;
            using var folder = new TemporaryFolder();
            using (var process = OwnProcess.Start(folder.Path, "kill", point))
            {
                var errors = process.StandardError.ReadToEnd();
                process.WaitForExit();
                Assert.AreEqual(SigKill, process.ExitCode, $"{points[point]}: {errors}");
            }

            Outcome.AssertSame(whole, Program.RunIn(folder.Path).Train());
            CollectionAssert.AreEqual(new[] { "step-00000016" }, folder.Checkpoints, points[point]);
        }
    }

    [TestMethod]
    public void A_run_that_is_asked_to_end_saves_a_checkpoint_and_ends_cleanly()
    {
        RequirePosix();
        using var folder = new TemporaryFolder();
        using (var process = OwnProcess.Start(folder.Path, "wait", 6))
        {
            Assert.AreEqual("waiting", process.StandardOutput.ReadLine());
            Assert.IsTrue(OwnProcess.Succeeds("sh", "-c", $"kill -TERM {process.Id}"));
            Assert.AreEqual("Canceled after 6", process.StandardOutput.ReadLine());
            process.WaitForExit();
            Assert.AreEqual(0, process.ExitCode);
        }

        CollectionAssert.AreEqual(new[] { "step-00000006" }, folder.Checkpoints);
        Outcome.AssertSame(new Run().Train(), Program.RunIn(folder.Path).Train());
    }

    /// <summary>The write points of the third checkpoint, which links a part of the history, in their order.</summary>
    private static List<string> WritePoints()
    {
        using var folder = new TemporaryFolder();
        var (points, isThird) = (new List<string>(), false);
        CheckpointFolder.AtWritePoint = point =>
        {
            if (isThird)
                points.Add(point);
        };
        try
        {
            using var model = new Run().NewModel();
            Program.RunIn(folder.Path).Train(model, progress => isThird = progress.Step == 12);
        }
        finally
        {
            CheckpointFolder.AtWritePoint = _ => { };
        }

        Assert.IsTrue(points.Distinct().Count() >= 15 && points.Contains("history-00000001.jsonl linked"), string.Join(", ", points.Distinct()));
        return points;
    }

    private static void RequirePosix()
    {
        if (OperatingSystem.IsWindows())
            Assert.Inconclusive("Windows has no signals.");
    }
}
