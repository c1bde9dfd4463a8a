using System.Text.Json;
using System.Xml.Linq;
using Microsoft.ML.BlockLlm.Tests;

namespace Microsoft.ML.BlockLlm.Tool.Tests;

[TestClass]
public sealed class CompareTests
{
    private static WorkingFolder s_folder = null!;
    private static JsonElement s_table;

    [ClassInitialize]
    public static void Compare(TestContext _)
    {
        s_folder = new WorkingFolder();
        s_folder.WriteMessages();
        s_table = ToolRun.Succeeding(s_folder, Command()).Json;
    }

    [ClassCleanup]
    public static void Delete() => s_folder.Dispose();

    [TestMethod]
    public void Each_method_is_trained_with_each_seed_at_its_best_rate()
    {
        var runs = s_table.GetProperty("runs").EnumerateArray().Select(run => (run.GetProperty("method").GetString(), run.GetProperty("learning_rate").GetDouble(), run.GetProperty("seed").GetInt32())).ToArray();

        CollectionAssert.AreEqual(new[] { ("blockllm", 0.01, 1), ("blockllm", 0.01, 2), ("adamw", 0.01, 1), ("adamw", 0.01, 2) }, runs);
    }

    [TestMethod]
    public void Trials_of_rates_have_the_same_small_budget()
    {
        foreach (var method in new[] { "blockllm", "adamw" })
            foreach (var rate in new[] { "0.01", "1E-09" })
                Assert.AreEqual(20, File.ReadLines(s_folder[$"runs/{method}-rate-{rate}-seed-1-trial/metrics.jsonl"]).Count());
    }

    [TestMethod]
    public void Settings_of_one_method_are_left_out_for_the_others()
    {
        StringAssert.Contains(File.ReadAllText(s_folder["runs/blockllm-rate-0.01-seed-1/settings.yaml"]), "sparsity: 0.9\n");
        StringAssert.Contains(File.ReadAllText(s_folder["runs/adamw-rate-0.01-seed-1/settings.yaml"]), "sparsity: 0.95\n");
    }

    [TestMethod]
    public void Its_rows_have_quality_time_and_memory_beside_the_plan()
    {
        foreach (var row in s_table.GetProperty("rows").EnumerateArray())
        {
            Assert.AreEqual(2, row.GetProperty("seeds").GetInt32());
            Assert.IsTrue(row.GetProperty("quality").GetDouble() is > 0.5 and <= 1);
            Assert.IsTrue(row.GetProperty("seconds").GetDouble() > 0);
            Assert.IsTrue(row.GetProperty("memory").GetProperty("planned").GetInt64() > 0);
        }

        var table = File.ReadAllLines(s_folder["runs/compare.md"]);
        StringAssert.StartsWith(table[0], "| method | learning rate | accuracy | seconds |");
        Assert.AreEqual(4, table.Length);
        Assert.AreEqual(s_table.GetRawText(), File.ReadAllText(s_folder["runs/compare.json"]).TrimEnd());
    }

    [TestMethod]
    public void Its_page_plots_a_point_for_each_method()
    {
        var page = XDocument.Load(s_folder["runs/compare.html"]);

        Assert.AreEqual(2, page.Descendants("circle").Count());
        StringAssert.Contains(page.Descendants("svg").First().Attribute("aria-label")!.Value, "adamw");
    }

    [TestMethod]
    public void What_is_complete_is_not_trained_again()
    {
        var again = ToolRun.Succeeding(s_folder, Command());

        Assert.AreEqual("", again.Errors);
        Assert.AreEqual(s_table.GetRawText(), again.Json.GetRawText());
    }

    [TestMethod]
    public void Language_models_are_compared_by_perplexity()
    {
        File.WriteAllLines(s_folder["verses.txt"], Verse.Make(20).Select(verse => verse.Text));
        var table = ToolRun.Succeeding(
            s_folder, "compare", "lm", "verses.txt", "--validation", "verses.txt", "--model", TinyLanguageModel.Directory, "--output", "lm", "--max-steps", "3", "--methods", "adamw,blockllm", "--json").Json;

        Assert.AreEqual("perplexity", table.GetProperty("quality").GetString());
        Assert.AreEqual(2, table.GetProperty("rows").GetArrayLength());
    }

    [TestMethod]
    public void A_wrong_value_is_refused_before_anything_is_trained()
    {
        StringAssert.Contains(ToolRun.Refused(s_folder, Command("refused", methods: "blockllm,adam")).Errors, "--methods: 'adam' must be one of blockllm, adamw");
        StringAssert.Contains(ToolRun.Refused(s_folder, Command("refused", seeds: "1,two")).Errors, "--seeds: 'two' must be a whole number.");
        StringAssert.Contains(ToolRun.Refused(s_folder, Command("refused", fraction: "0")).Errors, "There is no data to compare the methods on.");
        Assert.IsFalse(Directory.Exists(s_folder["refused"]));
    }

    private static string[] Command(string output = "runs", string methods = "blockllm,adamw", string seeds = "1,2", string fraction = "0.3") =>
        ["compare", "classify", "messages.tsv", "--model", TinyModel.Directory, "--output", output, "--methods", methods, "--learning-rates", "0.01,1e-9", "--trial-steps", "20", "--seeds", seeds,
         "--epochs", "10", "--batch-size", "8", "--sparsity", "0.9", "--validation-fraction", fraction, "--json"];
}
