using System.Text.Json;

namespace Microsoft.ML.BlockLlm.Tool.Tests;

[TestClass]
public sealed class ResumeTests
{
    [TestMethod]
    public void A_training_goes_on_after_an_interruption_and_ends_as_one_without()
    {
        if (OperatingSystem.IsWindows())
            Assert.Inconclusive("Windows has no signal that asks one process to end.");
        using var whole = new WorkingFolder();
        using var interrupted = new WorkingFolder();
        string[] settings = ["--epochs", "30", "--batch-size", "2", "--checkpoint-interval", "5"];
        var expected = whole.TrainClassifier([.. settings, "--json"]);
        interrupted.WriteMessages();
        var first = ToolRun.Interrupted(interrupted, ["classify", "train", "messages.tsv", "--model", BlockLlm.Tests.TinyModel.Directory, "--output", "run", .. settings]);
        var resumed = ToolRun.Succeeding(interrupted, "resume", "run", "--json");

        Assert.AreEqual(130, first.ExitCode, first.Output + first.Errors);
        Assert.AreEqual(expected.Json.GetProperty("loss").GetDouble(), resumed.Json.GetProperty("loss").GetDouble());
        var steps = File.ReadLines(interrupted["run/metrics.jsonl"]).Select(line => JsonDocument.Parse(line).RootElement.GetProperty("step").GetInt64()).ToArray();
        CollectionAssert.AreEqual(Enumerable.Range(1, steps.Length).Select(step => (long)step).ToArray(), steps);
        Assert.AreEqual(expected.Json.GetProperty("steps").GetInt64(), steps.Length);
        Assert.AreEqual(2, Directory.GetFiles(interrupted["run"], "events.out.tfevents.*").Length);
    }

    [TestMethod]
    public void A_folder_without_a_training_is_refused()
    {
        using var folder = new WorkingFolder();

        StringAssert.Contains(ToolRun.Refused(folder, "resume", "nowhere").Errors, "'nowhere' is no folder of a training that can go on");
    }
}
