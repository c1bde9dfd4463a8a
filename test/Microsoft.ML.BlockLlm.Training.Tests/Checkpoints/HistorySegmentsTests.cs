using System.Numerics;

namespace Microsoft.ML.BlockLlm.Training.Tests;

/// <summary>The history of a long run with many checkpoints is written a few times over, and not as often as there are checkpoints.</summary>
[TestClass]
public sealed class HistorySegmentsTests
{
    [TestMethod]
    [DataRow(1, 1000)]
    [DataRow(7, 500)]
    [DataRow(500, 200)]
    public void Segments_are_few_and_seamless_and_each_update_is_written_a_few_times(int every, int checkpoints)
    {
        List<long> firsts = [];
        var written = 0L;
        for (var checkpoint = 1; checkpoint <= checkpoints; checkpoint++)
        {
            var steps = (long)checkpoint * every;
            var (kept, next) = HistorySegments.Keep(firsts, steps - every, steps);
            firsts = [.. firsts.Take(kept), next];
            written += steps - next + 1;

            Assert.AreEqual(1, firsts[0]);
            long[] counts = [.. firsts.Zip(firsts.Skip(1).Append(steps + 1), (first, end) => end - first)];
            Assert.IsTrue(counts.Zip(counts.Skip(1)).All(pair => pair.First > pair.Second), string.Join(", ", counts));
            Assert.IsTrue(firsts.Count <= BitOperations.Log2((ulong)checkpoint) + 1);
        }

        Assert.IsTrue(written <= (long)checkpoints * every * (BitOperations.Log2((ulong)checkpoints) + 1), $"{written} lines written");
    }

    [TestMethod]
    public void A_checkpoint_of_the_same_update_has_the_same_segments() => Assert.AreEqual((2, 13L), HistorySegments.Keep([1, 9], 12, 12));

    [TestMethod]
    [DataRow("history.jsonl", 1L)]
    [DataRow("history-00000513.jsonl", 513L)]
    [DataRow("history-123456789.jsonl", 123456789L)]
    [DataRow("history-.jsonl", null)]
    [DataRow("history--1.jsonl", null)]
    [DataRow("../history-00000001.jsonl", null)]
    [DataRow("history-../1.jsonl", null)]
    [DataRow("weights.safetensors", null)]
    public void A_name_says_where_a_segment_begins_and_leads_nowhere_else(string name, long? first) => Assert.AreEqual(first, HistorySegments.FirstOf(name));

    [TestMethod]
    public void A_run_links_what_an_earlier_checkpoint_has_and_ends_with_the_same_bits()
    {
        using var folder = new TemporaryFolder();
        var points = new List<string>();
        CheckpointFolder.AtWritePoint = points.Add;
        try
        {
            Outcome.AssertSame(new Run().Train(), Saving(folder, keep: 1).Train());
        }
        finally
        {
            CheckpointFolder.AtWritePoint = _ => { };
        }

        // Each line of the 16 checkpoints, of 1 to 16 updates, is two writes. Written whole each time they would be 136.
        var lines = points.Count(point => point.StartsWith("part of history-", StringComparison.Ordinal)) / 2;
        Assert.IsTrue(points.Any(point => point.EndsWith("linked", StringComparison.Ordinal)));
        Assert.IsTrue(lines <= 16 * 4, $"{lines} lines were written.");
    }

    [TestMethod]
    public void Damage_to_every_file_of_the_last_checkpoint_leaves_the_one_before_whole()
    {
        using var folder = new TemporaryFolder();
        var run = Saving(folder, keep: 2);
        run.Train(interruptAfter: 11);
        foreach (var path in Directory.GetFiles(folder["step-00000011"]))
        {
            using var file = new FileStream(path, FileMode.Open);
            file.WriteByte((byte)'?');
        }

        Outcome.AssertSame(new Run().Train(), run.Train());
        Assert.IsNotNull(CheckpointContents.Verify(folder["step-00000015"]));
        Assert.IsNotNull(CheckpointContents.Verify(folder["step-00000016"]));
    }

    private static Run Saving(TemporaryFolder folder, int keep)
    {
        var run = new Run();
        return run with { Options = run.Options with { Checkpoints = new CheckpointOptions { Directory = folder.Path, EveryUpdates = 1, Keep = keep } } };
    }
}
