using System.IO.Compression;
using System.Text.Json;
using System.Xml.Linq;
using Microsoft.ML.BlockLlm.Models;
using Microsoft.ML.BlockLlm.Tests;

namespace Microsoft.ML.BlockLlm.Tool.Tests;

/// <summary>SIGKILL while the command writes what comes of it: each file is there whole or not at all, and the next run cleans up.</summary>
[TestClass]
public sealed class KilledWriteTests
{
    private static readonly string[] s_train = ["classify", "train", "messages.tsv", "--model", TinyModel.Directory, "--output", "run", "--epochs", "1", "--export"];

    private static readonly string[] s_compare =
        ["compare", "classify", "messages.tsv", "--model", TinyModel.Directory, "--output", "run", "--methods", "blockllm", "--learning-rates", "0.001", "--epochs", "1"];

    [TestMethod]
    [DataRow("settings.yaml written")]
    [DataRow("model.zip written")]
    [DataRow("model.zip renamed")]
    [DataRow("model.safetensors written")]
    [DataRow("report.html on the disk")]
    public void A_training_leaves_whole_files_and_the_next_one_cleans_up(string point) =>
        RequireCleanedUp(point, s_train, [.. s_train, "--overwrite"], "model.zip", "report.html", "settings.yaml", "model/model.safetensors", "model/README.md");

    [TestMethod]
    [DataRow("result.json written")]
    [DataRow("compare.md written")]
    public void A_comparison_leaves_whole_files_and_the_next_one_cleans_up(string point) =>
        RequireCleanedUp(point, s_compare, s_compare, "compare.md", "compare.json", "compare.html", "blockllm-rate-0.001-seed-1/result.json");

    [TestMethod]
    public void What_was_whole_before_stays_where_its_successor_is_half_written()
    {
        using var folder = new WorkingFolder();
        folder.WriteMessages();
        ToolRun.Succeeding(folder, s_compare);
        var before = File.ReadAllText(folder["run/compare.json"]);

        ToolRun.KilledAt(folder, "compare.json written", s_compare);

        Assert.AreEqual(before, File.ReadAllText(folder["run/compare.json"]));
    }

    private static void RequireCleanedUp(string point, string[] killed, string[] next, params string[] files)
    {
        using var folder = new WorkingFolder();
        folder.WriteMessages();

        ToolRun.KilledAt(folder, point, killed);
        Assert.AreEqual(point.EndsWith("renamed", StringComparison.Ordinal) ? 0 : 1, Unfinished(folder).Length);
        Assert.AreEqual(point.EndsWith("renamed", StringComparison.Ordinal), Directory.GetFiles(folder["run"], point.Split(' ')[0], SearchOption.AllDirectories).Length == 1);
        RequireWhole(folder);

        ToolRun.Succeeding(folder, next);
        Assert.AreEqual(0, Unfinished(folder).Length);
        RequireWhole(folder);
        foreach (var file in files)
            Assert.IsTrue(File.Exists(folder[$"run/{file}"]), file);
    }

    private static string[] Unfinished(WorkingFolder folder) => Directory.GetFiles(folder["run"], "*.tmp", SearchOption.AllDirectories);

    /// <summary>Reads every file that has its name, in its format.</summary>
    private static void RequireWhole(WorkingFolder folder)
    {
        foreach (var file in Directory.GetFiles(folder["run"], "*", SearchOption.AllDirectories))
        {
            switch (Path.GetExtension(file))
            {
                case ".zip":
                    using (var archive = ZipFile.OpenRead(file))
                        Assert.IsTrue(archive.Entries.Count > 0);
                    break;
                case ".json":
                    JsonDocument.Parse(File.ReadAllText(file)).Dispose();
                    break;
                case ".html":
                    _ = XDocument.Load(file);
                    break;
                case ".safetensors":
                    _ = SafetensorsFile.Open(file);
                    break;
            }
        }
    }
}
