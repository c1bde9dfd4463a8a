using System.Buffers.Binary;
using System.Text;

namespace Microsoft.ML.BlockLlm.Training.Tests;

[TestClass]
public sealed class TensorBoardFileTests
{
    /// <summary>An update as <c>golden/tensorboard.py</c> has it.</summary>
    private static TrainingProgress Update => new()
    {
        Step = 300, TotalSteps = 400, Epoch = 2, Loss = 0.75, SmoothedLoss = 0.8, Accuracy = 0.5, LearningRate = 0.001, GradientNorm = 1.25, ActiveCoordinates = 123_456,
        AlwaysActiveCoordinates = 456, ActiveBlocks = [], Visits = new Dictionary<string, long>(), Reselected = false, Time = default, TokensPerSecond = 1000, ResidentMemory = 512 << 20,
        Elapsed = TimeSpan.FromSeconds(1),
    };

    [TestMethod]
    public void A_resumed_run_gives_the_bytes_that_the_format_asks_for()
    {
        using var stream = new MemoryStream();
        using var file = new TensorBoardFile(stream, perplexity: true, new FixedClock());

        file.Report(Update with { Validation = new EvaluationResult(2.0, 0.25, 10) });
        file.Report(Update with { Step = 301, Accuracy = double.NaN });

        CollectionAssert.AreEqual(File.ReadAllBytes(Path.Combine(AppContext.BaseDirectory, "golden", "events.tfevents")), stream.ToArray());
    }

    [TestMethod]
    public void A_run_from_its_beginning_takes_nothing_back()
    {
        using var stream = new MemoryStream();
        using var file = new TensorBoardFile(stream);

        file.Report(Update with { Step = 1 });

        var records = Records(stream.ToArray());
        Assert.AreEqual(2, records.Count);
        StringAssert.EndsWith(records[0], "brain.Event:2");
        StringAssert.Contains(records[1], "train/loss");
    }

    [TestMethod]
    public void A_run_that_went_back_to_a_checkpoint_takes_back_what_it_makes_once_more()
    {
        using var stream = new MemoryStream();
        using var file = new TensorBoardFile(stream);

        foreach (var step in new[] { 1, 2, 2, 3 })
            file.Report(Update with { Step = step });

        CollectionAssert.AreEqual(new[] { 1, 2, 4, 5 }, Records(stream.ToArray()).Index().Where(record => record.Item.Contains("train/loss", StringComparison.Ordinal)).Select(record => record.Index).ToArray());
    }

    [TestMethod]
    public void Files_of_one_folder_stand_side_by_side_in_the_order_they_were_made()
    {
        var folder = Directory.CreateTempSubdirectory().FullName;
        try
        {
            // Many more than a millisecond each.
            var counts = Enumerable.Range(1, 20).ToArray();
            foreach (var count in counts)
            {
                using var file = new TensorBoardFile(Path.Combine(folder, "run"));
                for (var step = 1; step <= count; step++)
                    file.Report(Update with { Step = step });
            }

            var names = Directory.GetFiles(Path.Combine(folder, "run"), TensorBoardFile.NamePrefix + "*").Order(StringComparer.Ordinal).ToArray();
            CollectionAssert.AreEqual(counts, names.Select(name => Records(File.ReadAllBytes(name)).Count - 1).ToArray());
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    /// <summary>The bytes between the checksums of each record, as Latin-1.</summary>
    private static List<string> Records(byte[] file)
    {
        var records = new List<string>();
        for (var at = 0; at < file.Length;)
        {
            var length = (int)BinaryPrimitives.ReadUInt64LittleEndian(file.AsSpan(at));
            records.Add(Encoding.Latin1.GetString(file, at + 12, length));
            at += length + 16;
        }

        return records;
    }

    private sealed class FixedClock : TimeProvider
    {
        public override DateTimeOffset GetUtcNow() => DateTimeOffset.FromUnixTimeMilliseconds(1_700_000_000_500);
    }
}
