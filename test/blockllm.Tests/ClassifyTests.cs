using System.IO.Compression;
using System.Text.Json;
using Microsoft.ML.BlockLlm.Tests;

namespace Microsoft.ML.BlockLlm.Tool.Tests;

[TestClass]
public sealed class ClassifyTests
{
    private static WorkingFolder s_folder = null!;
    private static ToolRun s_training = null!;

    [ClassInitialize]
    public static void Train(TestContext _)
    {
        s_folder = new WorkingFolder();
        s_training = s_folder.TrainClassifier("--epochs", "20", "--batch-size", "8", "--learning-rate", "0.01", "--export", "--json");
    }

    [ClassCleanup]
    public static void Delete() => s_folder.Dispose();

    [TestMethod]
    public void Training_saves_the_model_its_settings_and_a_line_for_each_update()
    {
        Assert.IsTrue(File.Exists(s_folder["run/model.zip"]));
        StringAssert.Contains(File.ReadAllText(s_folder["run/settings.yaml"]), "epochs: 20\n");
        var steps = File.ReadLines(s_folder["run/metrics.jsonl"]).Select(line => JsonDocument.Parse(line).RootElement.GetProperty("step").GetInt64()).ToArray();
        CollectionAssert.AreEqual(Enumerable.Range(1, steps.Length).Select(step => (long)step).ToArray(), steps);
        Assert.AreEqual(steps.Length, s_training.Json.GetProperty("steps").GetInt64());
    }

    [TestMethod]
    public void Training_writes_an_event_file_for_TensorBoard() => Assert.AreEqual(1, Directory.GetFiles(s_folder["run"], "events.out.tfevents.*").Length);

    [TestMethod]
    public void Training_exports_a_Hugging_Face_folder_where_asked_to() => Assert.IsTrue(File.Exists(s_folder["run/model/model.safetensors"]));

    [TestMethod]
    public void Training_prints_plain_lines_where_there_is_no_terminal() => StringAssert.Matches(s_training.Errors, new(@"(?m)^step 1 of \d+: loss \d\.\d{4}, rate .* tokens/s, \d+ MiB, \d+\.\d % active, \d+:\d\d left"));

    [TestMethod]
    public void Rows_set_aside_are_evaluated_as_evaluate_does()
    {
        s_folder.Write("heldout.tsv", "Text\tLabel\nhello good friend\tgreeting\nbye good friend\tfarewell\nwhy\tsomething else\n");
        var evaluation = ToolRun.Succeeding(s_folder, "classify", "evaluate", "run/model.zip", "heldout.tsv", "--json").Json;

        Assert.AreEqual(2, evaluation.GetProperty("rows").GetInt32());
        Assert.AreEqual(1, evaluation.GetProperty("unknown_labels").GetInt32());
        Assert.AreEqual(1.0, evaluation.GetProperty("accuracy").GetDouble());
        Assert.AreEqual("[[1,0],[0,1]]", evaluation.GetProperty("confusion").GetRawText());
        CollectionAssert.AreEqual(
            s_training.Json.GetProperty("validation").EnumerateObject().Select(property => property.Name).ToArray(), evaluation.EnumerateObject().Select(property => property.Name).ToArray());
    }

    [TestMethod]
    public void Texts_are_predicted_from_flags_files_and_the_standard_input_alike()
    {
        s_folder.Write("new.csv", "Id,Text\n1,hello my friend\n2,\"bye to all\"\n");
        var flags = ToolRun.Succeeding(s_folder, "classify", "predict", "run/model.zip", "--text", "hello my friend", "--text", "bye to all").Output;
        var file = ToolRun.Succeeding(s_folder, "classify", "predict", "run/model.zip", "new.csv").Output;
        var input = ToolRun.Start(s_folder, "hello my friend\nbye to all\n", ["classify", "predict", "run/model.zip"]).Output;

        StringAssert.Matches(flags, new(@"^greeting\t0\.\d{4}\thello my friend\nfarewell\t0\.\d{4}\tbye to all\n$"));
        Assert.AreEqual(flags, file);
        Assert.AreEqual(flags, input);
    }

    [TestMethod]
    public void Predictions_in_json_have_the_probability_of_every_class()
    {
        var prediction = ToolRun.Succeeding(s_folder, "classify", "predict", "run/model.zip", "--text", "hello my friend", "--json").Json;

        Assert.AreEqual("greeting", prediction.GetProperty("label").GetString());
        Assert.AreEqual(1, prediction.GetProperty("probabilities").EnumerateObject().Sum(item => item.Value.GetDouble()), 1e-5);
    }

    [TestMethod]
    public void A_damaged_model_file_is_refused_with_its_part_and_nothing_else()
    {
        File.Copy(s_folder["run/model.zip"], s_folder["damaged.zip"]);
        using (var archive = ZipFile.Open(s_folder["damaged.zip"], ZipArchiveMode.Update))
            archive.Entries.Single(entry => entry.Name == "classifier.json").Delete();

        var run = ToolRun.Start(s_folder, "classify", "predict", "damaged.zip", "--text", "hello my friend");

        Assert.AreEqual(1, run.ExitCode);
        StringAssert.StartsWith(run.Errors, "error: The model file has no part 'classifier.json'.");
        Assert.HasCount(1, run.Errors.Trim().Split('\n'));
    }

    [TestMethod]
    public void Saved_settings_give_the_same_run_again()
    {
        var again = ToolRun.Succeeding(s_folder, "classify", "train", "--config", "run/settings.yaml", "--output", "again", "--json");

        Assert.AreEqual(s_training.Json.GetProperty("loss").GetDouble(), again.Json.GetProperty("loss").GetDouble());
    }

    [TestMethod]
    public void A_trained_model_is_replaced_only_when_told_to()
    {
        var refused = ToolRun.Refused(s_folder, "classify", "train", "--config", "run/settings.yaml");

        StringAssert.Contains(refused.Errors, "--overwrite");
    }

    [TestMethod]
    public void Interrupted_training_saves_what_it_has_and_says_so_in_the_exit_code()
    {
        using var folder = new WorkingFolder();
        folder.WriteMessages();
        var run = ToolRun.Interrupted(folder, "classify", "train", "messages.tsv", "--model", TinyModel.Directory, "--output", "run", "--epochs", "1000000", "--json");

        Assert.AreEqual(130, run.ExitCode, run.Output + run.Errors);
        Assert.AreEqual(JsonValueKind.Null, run.Json.GetProperty("validation").ValueKind, "Nobody waits for an evaluation of what was canceled.");
        StringAssert.Contains(ToolRun.Succeeding(folder, "classify", "predict", "run/model.zip", "--text", "hello").Output, "hello");
    }

    [TestMethod]
    public void Prediction_that_is_asked_to_end_says_so_in_the_exit_code()
    {
        s_folder.Write("many.tsv", "Text\n" + string.Concat(Enumerable.Repeat("hello my friend\n", 10_000)));
        var run = ToolRun.EndedWhilePrinting(s_folder, "classify", "predict", "run/model.zip", "many.tsv", "--json");

        Assert.AreEqual(130, run.ExitCode, run.Errors);
    }

    [TestMethod]
    public void A_missing_column_is_named_with_the_nearest_one()
    {
        using var folder = new WorkingFolder();
        folder.Write("messages.tsv", "label\tBody\nham\thello\n");
        var refused = ToolRun.Refused(folder, "classify", "train", "messages.tsv", "--model", TinyModel.Directory, "--output", "run", "--text-column", "body");

        StringAssert.Contains(refused.Errors, "'messages.tsv' has no column 'Label'; did you mean 'label'?");
        Assert.IsFalse(File.Exists(folder["run/model.zip"]));
    }

    [TestMethod]
    public void A_row_with_too_few_fields_is_named_by_its_line()
    {
        using var folder = new WorkingFolder();
        folder.Write("messages.tsv", "Label\tText\nham\thello\nspam\n");
        var run = ToolRun.Start(folder, "classify", "train", "messages.tsv", "--model", TinyModel.Directory, "--output", "run");

        Assert.AreEqual(1, run.ExitCode);
        StringAssert.Contains(run.Errors, "messages.tsv, line 3: 1 fields, but the header names 2 columns.");
    }
}
