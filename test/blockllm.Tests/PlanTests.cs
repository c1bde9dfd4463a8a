using System.Globalization;
using System.Text.Json;
using Microsoft.ML.BlockLlm.Tests;

namespace Microsoft.ML.BlockLlm.Tool.Tests;

[TestClass]
public sealed class PlanTests
{
    private const long GiB = 1L << 30;

    [TestMethod]
    public void A_named_shape_is_planned_for_method_by_method()
    {
        using var folder = new WorkingFolder();
        var table = ToolRun.Succeeding(folder, "plan", "llama-7b").Output;

        StringAssert.Contains(table, "llama-7b as a language model: 6,738,415,616 weights.");
        StringAssert.Contains(table, "BlockLLM, s = 0.95");
        StringAssert.Contains(table, "AdamW, all weights");
    }

    [TestMethod]
    public void BlockLlm_takes_less_than_AdamW()
    {
        using var folder = new WorkingFolder();
        var rows = Rows(ToolRun.Succeeding(folder, "plan", "llama-7b", "--json"));

        Assert.IsTrue(Peak(rows, "BlockLLM, s = 0.95") < Peak(rows, "AdamW, all weights"));
    }

    [TestMethod]
    public void Weights_in_bfloat16_take_half()
    {
        using var folder = new WorkingFolder();
        var full = Rows(ToolRun.Succeeding(folder, "plan", "llama-7b", "--json"))["BlockLLM, s = 0.95"].GetProperty("weights").GetInt64();
        var half = Rows(ToolRun.Succeeding(folder, "plan", "llama-7b", "--weight-type", "bfloat16", "--json"))["BlockLLM, s = 0.95"].GetProperty("weights").GetInt64();

        Assert.AreEqual(full, 2 * half);
    }

    [TestMethod]
    public void With_a_limit_the_largest_batch_that_fits_is_found()
    {
        using var folder = new WorkingFolder();
        var rows = Rows(ToolRun.Succeeding(folder, "plan", "tinyllama-1.1b", "--limit", "12GiB", "--json"));

        var blockLlm = rows["BlockLLM, s = 0.95"];
        Assert.IsTrue(blockLlm.GetProperty("batch_size").GetInt64() >= 1);
        Assert.IsTrue(blockLlm.GetProperty("peak_with_reserve").GetInt64() <= 12 * GiB);
        Assert.AreEqual(JsonValueKind.Null, rows["AdamW, all weights"].GetProperty("batch_size").ValueKind);
    }

    [TestMethod]
    [DataRow("tinyllama-1.1b", "12GiB")]
    [DataRow("minilm-l6", "100GiB")]
    public void One_text_more_than_the_largest_batch_does_not_fit(string model, string limit)
    {
        using var folder = new WorkingFolder();
        var largest = Rows(ToolRun.Succeeding(folder, "plan", model, "--limit", limit, "--json"))["BlockLLM, s = 0.95"];
        var more = ToolRun.Succeeding(folder, "plan", model, "--batch-size", $"{largest.GetProperty("batch_size").GetInt64() + 1}", "--json").Json.GetProperty("rows");

        foreach (var row in more.EnumerateArray().Where(row => row.GetProperty("method").GetString() == "BlockLLM, s = 0.95"))
            Assert.IsTrue(row.GetProperty("peak_with_reserve").GetInt64() > long.Parse(limit[..^3], CultureInfo.InvariantCulture) * GiB);
    }

    [TestMethod]
    public void A_batch_size_beside_a_limit_is_refused()
    {
        using var folder = new WorkingFolder();

        StringAssert.Contains(ToolRun.Refused(folder, "plan", "gpt2", "--limit", "8GiB", "--batch-size", "4").Errors, "Leave out one of them.");
    }

    [TestMethod]
    public void A_classifier_is_planned_for_as_classify_train_trains_it_by_default()
    {
        using var folder = new WorkingFolder();
        var trained = folder.TrainClassifier("--epochs", "1", "--json");
        var planned = Rows(ToolRun.Succeeding(folder, "plan", TinyModel.Directory, "--json"))["BlockLLM, s = 0.95"];

        Assert.IsTrue(planned.GetProperty("best_model").GetInt64() > 0);
        Assert.AreEqual(trained.Json.GetProperty("memory").GetProperty("planned").GetInt64(), planned.GetProperty("peak").GetInt64() - planned.GetProperty("weights").GetInt64());
    }

    [TestMethod]
    public void Two_texts_a_row_are_planned_for_as_two_rows_where_the_model_reads_them_apart()
    {
        using var folder = new WorkingFolder();
        folder.Write("pairs.tsv", "Label\tText\tSecond\n" + string.Concat(Enumerable.Range(0, 16).Select(i => i % 2 == 0 ? "same\thello friend\twelcome friend\n" : "other\thello friend\tbye all\n")));

        Assert.AreEqual(Planned("--batch-size", "8"), Planned("--batch-size", "4", "--second-text-column", "Second"));

        long Planned(params string[] arguments) => ToolRun
            .Succeeding(folder, ["classify", "train", "pairs.tsv", "--model", TinyModel.Directory, "--max-steps", "1", "--validation-fraction", "0", "--output", Guid.NewGuid().ToString("N"), "--json", .. arguments])
            .Json.GetProperty("memory").GetProperty("planned").GetInt64();
    }

    [TestMethod]
    public void A_folder_is_planned_for_as_what_it_is()
    {
        using var folder = new WorkingFolder();

        Assert.AreEqual("classify", ToolRun.Succeeding(folder, "plan", TinyModel.Directory, "--json").Json.GetProperty("task").GetString());
        Assert.AreEqual("lm", ToolRun.Succeeding(folder, "plan", TinyLanguageModel.Directory, "--json").Json.GetProperty("task").GetString());
    }

    [TestMethod]
    public void A_new_model_is_planned_for_as_lm_train_would_train_it()
    {
        using var folder = new WorkingFolder();
        folder.WriteShape();
        folder.Write("verses.txt", string.Join('\n', Verse.Make(60).Select(verse => verse.Text)));
        string[] batch = ["--batch-size", "4"];
        var trained = ToolRun.Succeeding(folder, ["lm", "train", "verses.txt", "--new-model", "shape.json", "--max-steps", "2", "--output", "new", .. batch, "--json"]);
        var table = ToolRun.Succeeding(folder, ["plan", "--new-model", "shape.json", .. batch, "--json"]);

        Assert.AreEqual("lm", table.Json.GetProperty("task").GetString());
        Assert.AreEqual(trained.Json.GetProperty("memory").GetProperty("planned").GetInt64(), Peak(Rows(table), "BlockLLM, s = 0.95") - Rows(table)["BlockLLM, s = 0.95"].GetProperty("weights").GetInt64());
    }

    [TestMethod]
    public void Embeddings_that_are_trained_in_full_take_more_in_a_new_model()
    {
        using var folder = new WorkingFolder();
        var pretrained = Rows(ToolRun.Succeeding(folder, "plan", TinyLanguageModel.Directory, "--json"));
        var fresh = Rows(ToolRun.Succeeding(folder, "plan", "--new-model", Path.Combine(TinyLanguageModel.Directory, "config.json"), "--json"));

        Assert.IsTrue(Peak(pretrained, "BlockLLM, s = 0.95") < Peak(fresh, "BlockLLM, s = 0.95"));
        Assert.AreEqual(Peak(pretrained, "AdamW, all weights"), Peak(fresh, "AdamW, all weights"));
    }

    [TestMethod]
    public void Adapters_are_planned_for_pretrained_models_alone()
    {
        using var folder = new WorkingFolder();

        Assert.IsTrue(Rows(ToolRun.Succeeding(folder, "plan", TinyLanguageModel.Directory, "--json")).ContainsKey("Lora"));
        Assert.IsFalse(Rows(ToolRun.Succeeding(folder, "plan", "--new-model", Path.Combine(TinyLanguageModel.Directory, "config.json"), "--json")).ContainsKey("Lora"));
    }

    [TestMethod]
    public void Either_a_model_or_a_new_shape_is_planned_for()
    {
        using var folder = new WorkingFolder();
        folder.WriteShape();

        StringAssert.Contains(ToolRun.Refused(folder, "plan").Errors, "Name either a model, or the shape of a new one with --new-model.");
        StringAssert.Contains(ToolRun.Refused(folder, "plan", "llama-7b", "--new-model", "shape.json").Errors, "Name either a model");
        StringAssert.Contains(ToolRun.Refused(folder, "plan", "--new-model", "nowhere.json").Errors, "the file 'nowhere.json' does not exist");
        StringAssert.Contains(ToolRun.Refused(folder, "plan", "--new-model", "shape.json", "--task", "classify").Errors, "A new model is a language model");
    }

    [TestMethod]
    public void An_unknown_name_is_refused_with_the_nearest_known_one()
    {
        using var folder = new WorkingFolder();

        StringAssert.Contains(ToolRun.Refused(folder, "plan", "lama-7b").Errors, "did you mean 'llama-7b'?");
    }

    private static Dictionary<string, JsonElement> Rows(ToolRun run) =>
        run.Json.GetProperty("rows").EnumerateArray().DistinctBy(row => row.GetProperty("method").GetString()).ToDictionary(row => row.GetProperty("method").GetString()!);

    private static long Peak(Dictionary<string, JsonElement> rows, string method) => rows[method].GetProperty("peak").GetInt64();
}
