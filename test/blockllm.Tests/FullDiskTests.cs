using System.Globalization;
using System.Text.RegularExpressions;
using Microsoft.ML.BlockLlm.Tests;
using Microsoft.ML.BlockLlm.Training.Tests;

namespace Microsoft.ML.BlockLlm.Tool.Tests;

/// <summary>A disk that is full while the command writes: it says what it needs and what is free, what was there before stays as it was, and nothing half written is left.</summary>
[TestClass]
[DoNotParallelize]
public sealed class FullDiskTests
{
    private static readonly string[] s_classifier = ["classify", "train", "messages.tsv", "--model", TinyModel.Directory, "--output", "run"];
    private static readonly string[] s_languageModel = ["lm", "train", "verses.txt", "--model", TinyLanguageModel.Directory, "--output", "run"];

    [TestMethod]
    public void The_settings_of_a_run_stay_where_new_ones_cannot_be_written()
    {
        using var folder = Folder();
        using var disk = new SmallDisk(folder["run"]);
        folder.Write("run/settings.yaml", "epochs: 7\n");
        disk.Fill();

        RequireFull(ToolRun.Start(folder, [.. s_classifier, "--overwrite"]), folder, "settings.yaml");

        Assert.AreEqual("epochs: 7\n", File.ReadAllText(folder["run/settings.yaml"]));
    }

    [TestMethod]
    public void The_measurements_of_a_run_stay_where_it_cannot_go_on_with_them()
    {
        using var folder = Folder();
        using var disk = new SmallDisk(folder["run"]);
        ToolRun.Interrupted(folder, [.. s_classifier, "--epochs", "30", "--batch-size", "2"]);
        var before = File.ReadAllBytes(folder["run/metrics.jsonl"]);
        disk.Fill();

        RequireFull(ToolRun.Start(folder, "resume", "run"), folder, "metrics.jsonl");

        CollectionAssert.AreEqual(before, File.ReadAllBytes(folder["run/metrics.jsonl"]));
    }

    [TestMethod]
    [DataRow("classify")]
    [DataRow("lm")]
    public void A_model_that_does_not_fit_is_not_there_at_all(string kind)
    {
        string[] train = [.. kind == "lm" ? s_languageModel : s_classifier, "--epochs", "1", "--checkpoints", "false"];
        using var folder = Folder();
        ToolRun.Succeeding(folder, train);
        var files = new DirectoryInfo(folder["run"]).GetFiles();
        var model = files.Single(file => file.Name == "model.zip").Length;
        // Room for what is written before it, in whole pages and one more, and for half of it.
        var room = files.Where(file => file.Name is not ("model.zip" or "report.html")).Sum(file => ((file.Length / 4096) + 1) * 4096) + 4096 + (model / 2);
        Directory.Delete(folder["run"], recursive: true);
        using var disk = new SmallDisk(folder["run"]);
        disk.Fill(except: room);

        var needed = RequireFull(ToolRun.Start(folder, train), folder, "model.zip");

        // Written anew, it differs in the times that it tells.
        Assert.AreEqual(model, needed, delta: 256);
        Assert.IsFalse(File.Exists(folder["run/model.zip"]));
    }

    [TestMethod]
    public void An_export_that_does_not_fit_is_named_beside_the_model_that_is_there()
    {
        using var folder = Folder();
        using var disk = new SmallDisk(folder["run/model"]);
        disk.Fill();

        RequireFull(ToolRun.Start(folder, [.. s_classifier, "--epochs", "1", "--export"]), folder, "config.json");

        Assert.IsTrue(File.Exists(folder["run/model.zip"]));
    }

    private static WorkingFolder Folder()
    {
        var folder = new WorkingFolder();
        folder.WriteMessages();
        File.WriteAllLines(folder["verses.txt"], Verse.Make(60).Select(verse => verse.Text));
        return folder;
    }

    /// <summary>Holds a run to the error of a full disk.</summary>
    /// <returns>How many bytes it says that it needed.</returns>
    private static long RequireFull(ToolRun run, WorkingFolder folder, string file)
    {
        Assert.AreEqual(1, run.ExitCode, run.Output + run.Errors);
        var figures = Regex.Match(run.Errors, $@"(?m)^error: No space left on device.*{Regex.Escape(file)} needs ([\d,]+) bytes beside what is there, and [\d,]+ are free\. Make room or name another folder");
        Assert.IsTrue(figures.Success, run.Errors);
        Assert.AreEqual(0, Directory.GetFiles(folder["run"], "*.tmp", SearchOption.AllDirectories).Length);
        return long.Parse(figures.Groups[1].Value, NumberStyles.AllowThousands, CultureInfo.InvariantCulture);
    }
}
