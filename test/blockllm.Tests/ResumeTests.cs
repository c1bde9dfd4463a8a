using System.Text.Json;
using Microsoft.ML.BlockLlm.Tests;

namespace Microsoft.ML.BlockLlm.Tool.Tests;

[TestClass]
public sealed class ResumeTests
{
    [TestMethod]
    public void A_training_goes_on_after_an_interruption_and_ends_as_one_without()
    {
        using var whole = new WorkingFolder();
        using var interrupted = new WorkingFolder();
        string[] settings = ["--epochs", "30", "--batch-size", "2", "--checkpoint-interval", "5"];
        var expected = whole.TrainClassifier([.. settings, "--json"]);
        interrupted.WriteMessages();
        var first = ToolRun.Interrupted(interrupted, [.. s_train, .. settings]);
        var resumed = ToolRun.Succeeding(interrupted, "resume", "run", "--json");

        Assert.AreEqual(130, first.ExitCode, first.Output + first.Errors);
        StringAssert.Contains(resumed.Errors, "Going on after update ");
        AssertSame(expected, resumed, interrupted);
        Assert.AreEqual(2, Directory.GetFiles(interrupted["run"], "events.out.tfevents.*").Length);
    }

    [TestMethod]
    public void A_training_killed_before_its_first_checkpoint_begins_again()
    {
        using var whole = new WorkingFolder();
        using var killed = new WorkingFolder();
        string[] settings = ["--epochs", "30", "--batch-size", "2", "--checkpoint-every-epoch", "false", "--keep-best-checkpoint", "false"];
        var expected = whole.TrainClassifier([.. settings, "--json"]);
        killed.WriteMessages();
        ToolRun.Signalled(killed, "KILL", "step 1 of", [.. s_train, .. settings]);
        Assert.AreEqual(0, Directory.GetDirectories(killed["run/checkpoints"]).Length, "It was to be killed before its first checkpoint.");
        var resumed = ToolRun.Succeeding(killed, "resume", "run", "--json");

        StringAssert.Contains(resumed.Errors, "There is no checkpoint yet, so training begins again at its first update.");
        AssertSame(expected, resumed, killed);
        Assert.AreEqual(1, Directory.GetFiles(killed["run"], "events.out.tfevents.*").Length);
    }

    [TestMethod]
    public void Updates_that_a_run_takes_back_are_lines_only_once()
    {
        using var folder = new WorkingFolder();
        folder.WriteMessages();
        File.AppendAllText(folder["messages.tsv"], "greeting\twhy\n");
        var model = TinyModel.CopyWithBrokenWord("why");
        var run = ToolRun.Succeeding(
            folder, "classify", "train", "messages.tsv", "--model", model, "--output", "run", "--epochs", "3", "--batch-size", "4", "--validation-fraction", "0",
            "--checkpoint-interval", "4", "--checkpoint-every-epoch", "false", "--on-non-finite", "roll-back", "--json");

        var reported = run.Errors.Split('\n').Where(line => line.StartsWith("step ", StringComparison.Ordinal)).Select(line => line.Split(':')[0]).ToList();
        StringAssert.Contains(run.Errors, "Training goes back to checkpoint");
        Assert.IsTrue(reported.Distinct().Count() < reported.Count, "Some updates were to be made once more.");
        AssertSteps(run, folder);
    }

    [TestMethod]
    public void A_training_that_can_go_on_is_begun_anew_only_when_told_to()
    {
        using var folder = new WorkingFolder();
        folder.TrainClassifier("--epochs", "1");
        File.Delete(folder["run/model.zip"]);

        StringAssert.Contains(ToolRun.Refused(folder, s_train).Errors, "Go on with 'blockllm resume run'");
        ToolRun.Succeeding(folder, [.. s_train, "--overwrite", "--epochs", "1"]);
    }

    [TestMethod]
    public void A_training_begun_anew_never_goes_on_from_checkpoints_of_the_older_one()
    {
        using var folder = new WorkingFolder();
        string[] settings = ["--epochs", "30", "--batch-size", "2", "--checkpoint-every-epoch", "false", "--keep-best-checkpoint", "false"];
        folder.TrainClassifier("--epochs", "1");
        ToolRun.Refused(folder, [.. s_train, "--overwrite", "--text-column", "Body"]);
        Assert.IsTrue(File.Exists(folder["run/model.zip"]), "What is refused costs nothing.");

        ToolRun.Signalled(folder, "KILL", "step 1 of", [.. s_train, .. settings, "--overwrite"]);
        Assert.IsFalse(File.Exists(folder["run/model.zip"]) || File.Exists(folder["run/report.html"]));
        var resumed = ToolRun.Succeeding(folder, "resume", "run", "--json");

        StringAssert.Contains(resumed.Errors, "There is no checkpoint yet");
        AssertSteps(resumed, folder);
    }

    [TestMethod]
    public void A_training_goes_on_from_any_current_folder_with_the_settings_it_has()
    {
        using var folder = new WorkingFolder();
        using var elsewhere = new WorkingFolder();
        folder.WriteMessages();
        ToolRun.Interrupted(folder, [.. s_train, "--epochs", "30", "--batch-size", "2"]);
        File.AppendAllText(folder["run/settings.yaml"], "# a remark of the user\n");
        var settings = File.ReadAllText(folder["run/settings.yaml"]);
        var resumed = ToolRun.Succeeding(elsewhere, "resume", folder["run"], "--json");

        AssertSteps(resumed, folder);
        Assert.AreEqual(settings, File.ReadAllText(folder["run/settings.yaml"]));
    }

    [TestMethod]
    public void A_folder_with_nothing_to_go_on_from_is_refused()
    {
        using var folder = new WorkingFolder();
        folder.TrainClassifier("--epochs", "1", "--checkpoints", "false");

        StringAssert.Contains(ToolRun.Refused(folder, "resume", "nowhere").Errors, "'nowhere' is no folder of a training");
        StringAssert.Contains(ToolRun.Refused(folder, "resume", "run").Errors, "nothing to go on from");
        File.Delete(folder["run/model.zip"]);
        StringAssert.Contains(ToolRun.Refused(folder, "resume", "run").Errors, "a training without checkpoints, so there is nothing to go on from");
    }

    private static readonly string[] s_train = ["classify", "train", "messages.tsv", "--model", TinyModel.Directory, "--output", "run"];

    private static void AssertSame(ToolRun expected, ToolRun resumed, WorkingFolder folder)
    {
        Assert.AreEqual(expected.Json.GetProperty("loss").GetDouble(), resumed.Json.GetProperty("loss").GetDouble());
        Assert.AreEqual(expected.Json.GetProperty("steps").GetInt64(), resumed.Json.GetProperty("steps").GetInt64());
        AssertSteps(resumed, folder);
    }

    /// <summary>Every update of the run is one line of <c>metrics.jsonl</c>, in order.</summary>
    private static void AssertSteps(ToolRun run, WorkingFolder folder)
    {
        var steps = File.ReadLines(folder["run/metrics.jsonl"]).Select(line => JsonDocument.Parse(line).RootElement.GetProperty("step").GetInt64()).ToArray();
        CollectionAssert.AreEqual(Enumerable.Range(1, steps.Length).Select(step => (long)step).ToArray(), steps);
        Assert.AreEqual(run.Json.GetProperty("steps").GetInt64(), steps.Length);
    }
}
