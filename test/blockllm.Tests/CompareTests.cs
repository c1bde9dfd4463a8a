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
    public void Its_trainings_write_no_checkpoints_as_none_goes_on_from_them() =>
        Assert.AreEqual(0, Directory.GetDirectories(s_folder["runs"], "checkpoints", SearchOption.AllDirectories).Length);

    [TestMethod]
    public void A_setting_that_a_method_has_no_use_for_is_left_out_for_it()
    {
        using var folder = new WorkingFolder();
        folder.WriteMessages();
        ToolRun.Succeeding(folder, "compare", "classify", "messages.tsv", "--model", TinyModel.Directory, "--output", "runs", "--learning-rates", "0.001", "--epochs", "1", "--always-active", "*norm*");

        StringAssert.Contains(File.ReadAllText(folder["runs/blockllm-rate-0.001-seed-1/settings.yaml"]), "*norm*");
        StringAssert.Contains(File.ReadAllText(folder["runs/adamw-rate-0.001-seed-1/settings.yaml"]), "always-active: []\n");
    }

    [TestMethod]
    public void A_setting_with_the_name_of_a_method_is_for_that_method_alone_and_wins_over_that_for_all()
    {
        using var folder = new WorkingFolder();
        folder.WriteMessages();
        ToolRun.Succeeding(
            folder, "compare", "classify", "--galore.rank", "3", "--badam.beta2", "0.98", "--lora.targets", "*.query", "--lora.targets", "*.key", "--lora.rank", "2", "messages.tsv", "--model", TinyModel.Directory, "--output", "runs",
            "--methods", "lora,galore,badam", "--learning-rates", "0.001,badam:0.002", "--max-steps", "1", "--rank", "5", "--beta2", "0.95");

        var lora = File.ReadAllText(folder["runs/lora-rate-0.001-seed-1/settings.yaml"]);
        StringAssert.Contains(lora, "\nrank: 2\n");
        StringAssert.Contains(lora, "\nbeta2: 0.95\n");
        StringAssert.Matches(lora, new(@"\ntargets:\n- ['""]\*\.query['""]\n- ['""]\*\.key['""]\n"));
        StringAssert.Contains(File.ReadAllText(folder["runs/galore-rate-0.001-seed-1/settings.yaml"]), "\nrank: 3\n");
        StringAssert.Contains(File.ReadAllText(folder["runs/badam-rate-0.002-seed-1/settings.yaml"]), "\nbeta2: 0.98\n");
    }

    [TestMethod]
    public void Several_settings_of_one_method_are_compared_under_names_of_their_own()
    {
        using var folder = new WorkingFolder();
        folder.WriteMessages();
        string[] command =
        [
            "compare", "classify", "messages.tsv", "--model", TinyModel.Directory, "--output", "runs", "--methods", "blockllm,drawn=blockllm,all=adamw", "--drawn.mask-by", "random", "--drawn.take-factor", "20",
            "--blockllm.patience", "7", "--sparsity", "0.9", "--learning-rates", "0.001,drawn:0.002", "--max-steps", "1", "--json",
        ];
        var table = ToolRun.Succeeding(folder, command).Json;

        CollectionAssert.AreEqual(new[] { "blockllm", "drawn", "all" }, table.GetProperty("rows").EnumerateArray().Select(row => row.GetProperty("method").GetString()).ToArray());
        var drawn = File.ReadAllText(folder["runs/drawn-rate-0.002-seed-1/settings.yaml"]);
        StringAssert.Contains(drawn, "\nmethod: blockllm\n");
        StringAssert.Contains(drawn, "\nmask-by: random\n");
        StringAssert.Contains(drawn, "\npatience: 100\n");
        StringAssert.Contains(drawn, "\nsparsity: 0.9\n");
        StringAssert.Contains(File.ReadAllText(folder["runs/blockllm-rate-0.001-seed-1/settings.yaml"]), "\npatience: 7\n");
        StringAssert.Contains(File.ReadAllText(folder["runs/compare.md"]), "\n\ndrawn is blockllm with mask-by random, take-factor 20.\n\nall is adamw.\n");
        Assert.AreEqual("", ToolRun.Succeeding(folder, command).Errors, "All is complete.");
    }

    [TestMethod]
    public void Memory_is_the_largest_of_the_seeds_and_the_other_figures_their_mean()
    {
        foreach (var row in s_table.GetProperty("rows").EnumerateArray())
        {
            var runs = s_table.GetProperty("runs").EnumerateArray().Where(run => run.GetProperty("method").GetString() == row.GetProperty("method").GetString()).ToArray();
            Assert.AreEqual(runs.Max(run => run.GetProperty("memory").GetProperty("measured").GetInt64()), row.GetProperty("memory").GetProperty("measured").GetInt64());
            Assert.AreEqual(runs.Max(run => run.GetProperty("memory").GetProperty("planned").GetInt64()), row.GetProperty("memory").GetProperty("planned").GetInt64());
            Assert.AreEqual(runs.Average(run => run.GetProperty("quality").GetDouble()), row.GetProperty("quality").GetDouble(), 1e-12);
            Assert.AreEqual(runs.Average(run => run.GetProperty("seconds").GetDouble()), row.GetProperty("seconds").GetDouble(), 1e-9);
        }
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
        Assert.AreEqual(4, table.Count(line => line.StartsWith('|')));
        Assert.AreEqual(s_table.GetRawText(), File.ReadAllText(s_folder["runs/compare.json"]).TrimEnd());
    }

    [TestMethod]
    public void Methods_that_no_other_beats_in_quality_and_memory_at_once_are_named()
    {
        var rows = s_table.GetProperty("rows").EnumerateArray()
            .Select(row => (Method: row.GetProperty("method").GetString()!, Quality: row.GetProperty("quality").GetDouble(), Memory: row.GetProperty("memory").GetProperty("measured").GetInt64())).ToArray();
        var front = rows.Where(row => !rows.Any(other => other.Quality > row.Quality && other.Memory < row.Memory)).Select(row => row.Method).ToArray();

        CollectionAssert.AreEqual(front, s_table.GetProperty("front").EnumerateArray().Select(method => method.GetString()).ToArray());
        StringAssert.Contains(File.ReadAllText(s_folder["runs/compare.md"]), $"\n\nNo other method has both better accuracy and less memory than: {string.Join(", ", front)}.\n");
    }

    [TestMethod]
    public void Trials_are_reported_and_a_best_rate_at_the_edge_of_those_tried_is_said()
    {
        var trials = s_table.GetProperty("trials").EnumerateArray().Select(trial => (trial.GetProperty("method").GetString(), trial.GetProperty("learning_rate").GetDouble())).ToArray();

        CollectionAssert.AreEqual(new[] { ("blockllm", 0.01), ("blockllm", 1e-9), ("adamw", 0.01), ("adamw", 1e-9) }, trials);
        StringAssert.Contains(
            File.ReadAllText(s_folder["runs/compare.html"]),
            "The best learning rate is at the edge of those tried, so that one beyond may do better: blockllm (the highest, 0.01), adamw (the highest, 0.01).");
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
    [DataRow("messages.tsv")]
    [DataRow("encoder/model.safetensors")]
    public void A_file_that_changed_under_its_name_is_trained_with_anew(string name)
    {
        using var folder = new WorkingFolder();
        folder.WriteMessages();
        Directory.Move(TinyModel.Copy(), folder["encoder"]);
        string[] command = ["compare", "classify", "messages.tsv", "--model", "encoder", "--output", "runs", "--methods", "adamw", "--learning-rates", "0.001", "--epochs", "1"];
        ToolRun.Succeeding(folder, command);
        Assert.AreEqual("", ToolRun.Succeeding(folder, command).Errors);

        // The lowest bit of the last weight; of the text, a letter.
        var content = File.ReadAllBytes(folder[name]);
        content[^4] ^= 1;
        File.WriteAllBytes(folder[name], content);

        StringAssert.Contains(ToolRun.Succeeding(folder, command).Errors, "== adamw-rate-0.001-seed-1");
    }

    [TestMethod]
    public void A_training_that_fails_is_missing_in_the_table_and_known_by_the_exit_code()
    {
        using var folder = new WorkingFolder();
        folder.WriteMessages();
        string[] command = ["compare", "classify", "messages.tsv", "--model", TinyModel.Directory, "--output", "runs", "--methods", "blockllm,adamw", "--learning-rates", "0.001", "--seeds", "1,2", "--epochs", "1", "--json"];
        // A folder where the training is to write a file.
        var obstacle = Directory.CreateDirectory(folder["runs/adamw-rate-0.001-seed-2/metrics.jsonl"]);
        var failed = ToolRun.Start(folder, command);

        Assert.AreEqual(1, failed.ExitCode, failed.Output + failed.Errors);
        StringAssert.Contains(failed.Errors, "Not all trainings succeeded.");
        Assert.AreEqual("""[{"method":"adamw","seed":2}]""", failed.Json.GetProperty("missing").GetRawText());
        StringAssert.Contains(File.ReadAllText(folder["runs/compare.md"]), "\n\nMissing: adamw with seed 2.\n");
        StringAssert.Contains(File.ReadAllText(folder["runs/compare.html"]), "Missing: adamw with seed 2.");

        obstacle.Delete();
        var mended = ToolRun.Succeeding(folder, command);
        CollectionAssert.AreEqual(new[] { "== adamw-rate-0.001-seed-2" }, mended.Errors.Split('\n').Where(line => line.StartsWith("== ", StringComparison.Ordinal)).ToArray());
        Assert.AreEqual("[]", mended.Json.GetProperty("missing").GetRawText());
    }

    [TestMethod]
    public void A_request_to_end_reaches_the_training_and_keeps_what_is_complete()
    {
        using var folder = new WorkingFolder();
        folder.WriteMessages();
        string[] command =
            ["compare", "classify", "messages.tsv", "--model", TinyModel.Directory, "--output", "runs", "--methods", "blockllm", "--learning-rates", "0.01,1e-9", "--trial-steps", "5", "--epochs", "1000000"];
        var ended = ToolRun.Signalled(folder, "TERM", "step 1 of 1000000:", [.. command, "--max-steps", "1000000"]);

        Assert.AreEqual(130, ended.ExitCode, ended.Output + ended.Errors);
        StringAssert.Contains(ended.Errors, "The comparison was canceled. The same command goes on");
        StringAssert.Contains(File.ReadAllText(folder["runs/compare.md"]), "Missing: blockllm with seed 1.");
        Assert.AreEqual(3, Directory.GetFiles(folder["runs"], "model.zip", SearchOption.AllDirectories).Length, "Both trials and the training that was ended have saved.");

        var again = ToolRun.Succeeding(folder, [.. command, "--max-steps", "5"]);
        Assert.AreEqual(1, again.Errors.Split('\n').Count(line => line.StartsWith("== ", StringComparison.Ordinal)), again.Errors);
    }

    [TestMethod]
    public void Each_method_has_a_few_rates_tried_for_it_unless_one_is_given()
    {
        using var folder = new WorkingFolder();
        folder.WriteMessages();
        string[] command = ["compare", "classify", "messages.tsv", "--model", TinyModel.Directory, "--methods", "adamw", "--max-steps", "1"];
        ToolRun.Succeeding(folder, [.. command, "--output", "several"]);
        ToolRun.Succeeding(folder, [.. command, "--output", "one", "--learning-rate", "0.002"]);
        ToolRun.Succeeding(folder, [.. command, "--output", "own", "--learning-rates", "0.002,adamw:0.004"]);
        ToolRun.Succeeding(folder, "compare", "classify", "messages.tsv", "--model", TinyModel.Directory, "--methods", "plain=sgd", "--max-steps", "1", "--output", "plain");

        CollectionAssert.AreEqual(new[] { "adamw-rate-0.0003-seed-1", "adamw-rate-0.001-seed-1", "adamw-rate-0.003-seed-1" }, Trainings("several"));
        CollectionAssert.AreEqual(new[] { "adamw-rate-0.002-seed-1" }, Trainings("one"));
        CollectionAssert.AreEqual(new[] { "adamw-rate-0.004-seed-1" }, Trainings("own"));
        CollectionAssert.AreEqual(new[] { "plain-rate-0.03-seed-1", "plain-rate-0.1-seed-1", "plain-rate-0.3-seed-1" }, Trainings("plain"));

        string[] Trainings(string output) => [.. Directory.GetDirectories(folder[output]).Select(path => Path.GetFileName(path)).Order(StringComparer.Ordinal)];
    }

    [TestMethod]
    public void Language_models_are_compared_by_perplexity()
    {
        File.WriteAllLines(s_folder["verses.txt"], Verse.Make(20).Select(verse => verse.Text));
        var table = ToolRun.Succeeding(
            s_folder, "compare", "lm", "verses.txt", "--validation", "verses.txt", "--model", TinyLanguageModel.Directory, "--output", "lm", "--max-steps", "3", "--methods", "adamw,blockllm", "--learning-rates", "0.001", "--json").Json;

        Assert.AreEqual("perplexity", table.GetProperty("quality").GetString());
        Assert.AreEqual(2, table.GetProperty("rows").GetArrayLength());
    }

    [TestMethod]
    public void What_diverged_is_not_named_as_one_that_no_other_beats()
    {
        File.WriteAllLines(s_folder["verses.txt"], Verse.Make(20).Select(verse => verse.Text));
        s_folder.WriteShape();
        // Adam's first steps move every weight by as much as the rate, so that the loss is finite still and the perplexity is not.
        var table = ToolRun.Succeeding(
            s_folder, "compare", "lm", "verses.txt", "--validation", "verses.txt", "--new-model", "shape.json", "--output", "diverged", "--max-steps", "3", "--methods", "adamw,far=adamw",
            "--learning-rates", "0.001,far:1000", "--json").Json;

        CollectionAssert.AreEqual(new[] { "adamw" }, table.GetProperty("front").EnumerateArray().Select(method => method.GetString()).ToArray());
    }

    [TestMethod]
    public void A_wrong_value_is_refused_before_anything_is_trained()
    {
        StringAssert.Contains(ToolRun.Refused(s_folder, Command("refused", methods: "blockllm,adam")).Errors, "--methods: 'adam' must be one of blockllm, adamw");
        StringAssert.Contains(ToolRun.Refused(s_folder, Command("refused", methods: "drawn=blocklm")).Errors, "--methods: 'drawn=blocklm' must be one of blockllm, adamw");
        StringAssert.Contains(ToolRun.Refused(s_folder, Command("refused", methods: "adamw=blockllm")).Errors, "or a name of letters, digits and hyphens that is no method's, '=', and one of these.");
        StringAssert.Contains(ToolRun.Refused(s_folder, Command("refused", methods: "../drawn=blockllm")).Errors, "--methods: '../drawn=blockllm' must be one of");
        StringAssert.Contains(ToolRun.Refused(s_folder, Command("refused", methods: "drawn=blockllm,Drawn=adamw")).Errors, "--methods: 'drawn' is the name of 2 of them. Give each another.");
        StringAssert.Contains(ToolRun.Refused(s_folder, Command("refused", rates: "0.1,drawn:0.1")).Errors, "--learning-rates: 'drawn:0.1' must be a number, or the name of a method, a colon and a number.");
        StringAssert.Contains(ToolRun.Refused(s_folder, [.. Command("refused"), "--drawn.mask-by", "random"]).Errors, "--drawn.mask-by");
        StringAssert.Contains(ToolRun.Refused(s_folder, [.. Command("refused", methods: "drawn=blockllm"), "--drawn.rank", "4"]).Errors, "drawn: rank is a setting of lora, galore, fira, apollo, and method is blockllm");
        StringAssert.Contains(ToolRun.Refused(s_folder, Command("refused", seeds: "1,two")).Errors, "--seeds: 'two' must be a whole number.");
        StringAssert.Contains(ToolRun.Refused(s_folder, Command("refused", fraction: "0")).Errors, "There is no data to compare the methods on.");
        StringAssert.Contains(ToolRun.Refused(s_folder, Command("refused", rates: "adamw:0.1")).Errors, "--learning-rates has none for blockllm.");
        StringAssert.Contains(ToolRun.Refused(s_folder, [.. Command("refused"), "--rank", "4"]).Errors, "rank is a setting of lora, galore, fira, apollo, and of the methods blockllm, adamw none takes it.");
        StringAssert.Contains(ToolRun.Refused(s_folder, [.. Command("refused"), "--galore.rank", "4"]).Errors, "--galore.rank is a setting of a method that is not compared.");
        StringAssert.Contains(ToolRun.Refused(s_folder, [.. Command("refused"), "--adamw.rank", "4"]).Errors, "adamw: rank is a setting of lora, galore, fira, apollo, and method is adamw");
        StringAssert.Contains(ToolRun.Refused(s_folder, [.. Command("refused"), "--adamw.beta2", "high"]).Errors, "--adamw.beta2: beta2 is 'high', but must be a number.");
        StringAssert.Contains(ToolRun.Refused(s_folder, [.. Command("refused"), "--method", "adamw"]).Errors, "method is adamw, but a comparison is of the methods in --methods.");
        StringAssert.Contains(ToolRun.Refused(s_folder, [.. Command("refused"), "--seed", "7"]).Errors, "seed is 7, but a comparison has the seeds in --seeds.");
        StringAssert.Contains(ToolRun.Refused(s_folder, [.. Command("refused"), "--learning-rate", "0.1"]).Errors, "learning-rate is one rate, and --learning-rates are those to try.");
        StringAssert.Contains(ToolRun.Refused(s_folder, [.. Command("refused", methods: "blockllm,galore"), "--rank", "0"]).Errors, "galore: rank must be at least 1. It is 0.");
        StringAssert.Contains(ToolRun.Refused(s_folder, [.. Command("refused", methods: "blockllm,lora"), "--freeze-embeddings", "false"]).Errors, "lora: FreezeEmbeddings is false, but Method is Lora");
        Assert.IsFalse(Directory.Exists(s_folder["refused"]));
    }

    private static string[] Command(string output = "runs", string methods = "blockllm,adamw", string seeds = "1,2", string fraction = "0.3", string rates = "0.01,1e-9") =>
        ["compare", "classify", "messages.tsv", "--model", TinyModel.Directory, "--output", output, "--methods", methods, "--learning-rates", rates, "--trial-steps", "20", "--seeds", seeds,
         "--epochs", "10", "--batch-size", "8", "--sparsity", "0.9", "--validation-fraction", fraction, "--json"];
}
