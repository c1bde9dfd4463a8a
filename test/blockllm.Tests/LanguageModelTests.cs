using Microsoft.ML.BlockLlm.Tests;

namespace Microsoft.ML.BlockLlm.Tool.Tests;

[TestClass]
public sealed class LanguageModelTests
{
    private static WorkingFolder s_folder = null!;
    private static ToolRun s_training = null!;

    [ClassInitialize]
    public static void Train(TestContext _)
    {
        s_folder = new WorkingFolder();
        File.WriteAllLines(s_folder["verses.txt"], Verse.Make(60).Select(verse => verse.Text));
        s_training = ToolRun.Succeeding(
            s_folder, "lm", "train", "verses.txt", "--model", TinyLanguageModel.Directory, "--output", "run", "--max-steps", "60", "--batch-size", "4",
            "--freeze-embeddings", "false", "--sparsity", "0", "--learning-rate", "0.01", "--validation", "verses.txt", "--evaluation-interval", "30", "--export", "--json");
    }

    [ClassCleanup]
    public static void Delete() => s_folder.Dispose();

    [TestMethod]
    public void A_trained_model_predicts_its_text_better_than_before()
    {
        var first = System.Text.Json.JsonDocument.Parse(File.ReadLines(s_folder["run/metrics.jsonl"]).First()).RootElement.GetProperty("loss").GetDouble();
        var evaluation = ToolRun.Succeeding(s_folder, "lm", "evaluate", "run/model.zip", "verses.txt", "--json").Json;

        Assert.AreEqual(60, s_training.Json.GetProperty("steps").GetInt64());
        Assert.IsTrue(evaluation.GetProperty("loss").GetDouble() < first / 2, s_training.Output);
        Assert.AreEqual(s_training.Json.GetProperty("validation").GetProperty("loss").GetDouble(), evaluation.GetProperty("loss").GetDouble(), 1e-6);
    }

    [TestMethod]
    public void A_saved_model_and_its_exported_folder_go_on_with_a_text_alike()
    {
        var file = ToolRun.Succeeding(s_folder, "lm", "generate", "run/model.zip", "the cat", "--max-new-tokens", "5").Output;
        var folder = ToolRun.Succeeding(s_folder, "lm", "generate", "run/model", "the cat", "--max-new-tokens", "5", "--json").Json;

        Assert.AreEqual("the cat", folder.GetProperty("prompt").GetString());
        Assert.AreEqual(file, folder.GetProperty("text").GetString() + "\n");
    }

    [TestMethod]
    public void An_exported_folder_has_a_card()
    {
        var card = File.ReadAllText(s_folder["run/model/README.md"]);

        StringAssert.Contains(card, "pipeline_tag: text-generation");
        StringAssert.Contains(card, "library_name: transformers");
        StringAssert.Matches(card, new(@"\| perplexity \| \d+\.\d\d \|"));
    }

    [TestMethod]
    public void A_new_model_is_trained_from_a_shape()
    {
        s_folder.WriteShape();
        var run = ToolRun.Succeeding(s_folder, "lm", "train", "verses.txt", "--new-model", "shape.json", "--max-steps", "3", "--output", "new", "--json");

        Assert.AreEqual(3, run.Json.GetProperty("steps").GetInt64());
    }

    [TestMethod]
    public void Completions_are_learned_from_two_columns()
    {
        s_folder.Write("pairs.tsv", "Question\tAnswer\n" + string.Concat(Verse.Make(20).Select(verse => $"{verse.Text}\t{verse.Reply}\n")));
        var run = ToolRun.Succeeding(
            s_folder, "lm", "train", "pairs.tsv", "--model", TinyLanguageModel.Directory, "--prompt-column", "Question", "--completion-column", "Answer",
            "--max-steps", "2", "--output", "pairs", "--json");

        Assert.AreEqual(2, run.Json.GetProperty("steps").GetInt64());
        StringAssert.Contains(ToolRun.Succeeding(s_folder, "inspect", "pairs/model.zip").Output, "Columns: Prompt, Completion\n");
    }

    [TestMethod]
    public void A_classifier_command_refuses_a_language_model() =>
        StringAssert.Contains(ToolRun.Refused(s_folder, "classify", "predict", "run/model.zip", "--text", "hello").Errors, "holds no text classifier");
}
