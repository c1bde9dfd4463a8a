namespace Microsoft.ML.BlockLlm.Training.Tests;

/// <summary>Real processes, ended by real signals.</summary>
[TestClass]
[DoNotParallelize]
public sealed class KillTests
{
    private const int SigKill = 128 + 9;

    public TestContext TestContext { get; set; } = null!;

    /// <summary>SIGKILL at the first of each kind of write point, of the best and the replaced checkpoint only from where all its files are written; with BLOCKLLM_FULL=1 at every one.</summary>
    [TestMethod]
    [DataRow(KilledRun.Last)]
    [DataRow(KilledRun.Best)]
    [DataRow(KilledRun.Replaced)]
    public void A_run_that_is_killed_while_it_writes_a_checkpoint_goes_on_with_the_same_bits(string kind)
    {
        RequirePosix();
        var points = WritePoints(kind);
        var isFull = Environment.GetEnvironmentVariable("BLOCKLLM_FULL") == "1";
        var first = isFull || kind == KilledRun.Last ? 0 : points.IndexOf("folder on the disk");
        using var anywhere = new TemporaryFolder();
        var whole = KilledRun.Of(kind, anywhere.Path).Whole();
        var best = whole.Summary.BestStep is { } step ? $"best-{step:D8}" : null;
        string[] expected = best is null ? ["step-00000016"] : best == "best-00000016" ? [best] : [best, "step-00000016"];
        var kills = 0;

        for (var point = first; point < points.Count; point++)
        {
            if (!isFull && points.IndexOf(points[point]) != point)
                continue;
            using var folder = new TemporaryFolder();
            using (var process = OwnProcess.Start(folder.Path, kind, point))
            {
                var errors = process.StandardError.ReadToEnd();
                process.WaitForExit();
                Assert.AreEqual(SigKill, process.ExitCode, $"{points[point]}: {errors}");
            }

            Outcome.AssertSame(whole, KilledRun.Of(kind, folder.Path).Resume());
            CollectionAssert.AreEqual(expected, folder.Checkpoints, points[point]);
            kills++;
        }

        TestContext.WriteLine($"{kind}: killed at {kills} of {points.Count} points");
    }

    [TestMethod]
    public void A_run_that_is_asked_to_end_saves_a_checkpoint_and_ends_cleanly()
    {
        RequirePosix();
        using var folder = new TemporaryFolder();
        using (var process = OwnProcess.Start(folder.Path, "wait", 6))
        {
            Assert.AreEqual("waiting", process.StandardOutput.ReadLine());
            Assert.IsTrue(SystemCommand.Succeeds("sh", "-c", $"kill -TERM {process.Id}"));
            Assert.AreEqual("Canceled after 6", process.StandardOutput.ReadLine());
            process.WaitForExit();
            Assert.AreEqual(0, process.ExitCode);
        }

        CollectionAssert.AreEqual(new[] { "step-00000006" }, folder.Checkpoints);
        Outcome.AssertSame(new Run().Train(), Program.RunIn(folder.Path).Train());
    }

    /// <summary>The write points of its checkpoint, in their order.</summary>
    private static List<string> WritePoints(string kind)
    {
        using var folder = new TemporaryFolder();
        var points = new List<string>();
        KilledRun.Of(kind, folder.Path).Train(points.Add);

        string[] among = kind switch
        {
            KilledRun.Last => ["history-00000001.jsonl linked", "old one renamed"],
            KilledRun.Replaced => ["place free", "old one renamed"],
            _ => [],
        };
        Assert.IsTrue(points.Distinct().Count() >= 14, string.Join(", ", points.Distinct()));
        CollectionAssert.IsSubsetOf((string[])["folder on the disk", "renamed", "old ones deleted", .. among], points);
        return points;
    }

    private static void RequirePosix()
    {
        if (OperatingSystem.IsWindows())
            Assert.Inconclusive("Windows has no signals.");
    }
}
