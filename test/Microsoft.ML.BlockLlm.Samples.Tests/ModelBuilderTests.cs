using System.Globalization;
using System.Text.Json;
using System.Text.RegularExpressions;
using Microsoft.ML.BlockLlm.Setup;

namespace Microsoft.ML.BlockLlm.Samples.Tests;

[TestClass]
public sealed class ModelBuilderTests
{
    private const string ConsoleApp = "ModelBuilder/Messages_ConsoleApp";
    private const int Rows = 24;

    private static readonly WorkingFolder Folder = new();
    private static string? _training;

    [ClassInitialize]
    public static void Train(TestContext _)
    {
        Cache.Require(CacheFolder.UseLite, "use-lite");
        File.WriteAllLines(Folder["few.tsv"], File.ReadLines(Path.Combine(SampleRun.FolderOf(ConsoleApp), "messages.tsv")).Take(1 + Rows));
        _training = SampleRun.Succeeding(ConsoleApp, Folder, "train", "--data", "few.tsv", "--model", CacheFolder.UseLite).Output;
    }

    [ClassCleanup]
    public static void Delete() => Folder.Dispose();

    [TestMethod]
    public void Training_saves_the_model() =>
        Assert.IsTrue(_training!.Contains("Saved to Messages.mlnet.") && File.Exists(Folder["Messages.mlnet"]), _training);

    [TestMethod]
    public void A_prediction_lists_every_label_with_its_score_the_highest_first()
    {
        var run = SampleRun.Succeeding(ConsoleApp, Folder, "predict", "--text", "Thank you for the wonderful service!");

        StringAssert.Contains(run.Output, "Predicted label: praise\n");
        var scores = run.Output.Split('\n', StringSplitOptions.RemoveEmptyEntries)[^3..].Select(line => line.Split(' ', StringSplitOptions.RemoveEmptyEntries)).ToList();
        Assert.AreEqual("praise", scores[0][0]);
        CollectionAssert.AreEquivalent(new[] { "question", "complaint", "praise" }, scores.Select(score => score[0]).ToArray());
        Assert.AreEqual(1, scores.Sum(score => double.Parse(score[1], CultureInfo.InvariantCulture)), 2e-4);
    }

    [TestMethod]
    public void Evaluation_prints_metrics_and_a_confusion_table_of_the_rows_held_out()
    {
        // By default on the 60 messages of the sample, of which a fifth is held out, more or less.
        var run = SampleRun.Succeeding(ConsoleApp, Folder, "evaluate", "--model", CacheFolder.UseLite);

        var accuracy = run.Number("MicroAccuracy +([0-9.]+)");
        Assert.IsTrue(accuracy >= 0.6, run.Output);
        var table = Regex.Matches(run.Output, @"[0-9]+\. +(question|complaint|praise) \|\|((?: +[0-9]+ \|)+)")
            .Select(row => Regex.Matches(row.Groups[2].Value, "[0-9]+").Select(count => int.Parse(count.Value, CultureInfo.InvariantCulture)).ToArray()).ToArray();
        Assert.AreEqual(3, table.Length, run.Output);
        var rows = table.Sum(counts => counts.Sum());
        Assert.IsTrue(rows is >= 5 and <= 20, run.Output);
        Assert.AreEqual(accuracy, table.Select((counts, label) => counts[label]).Sum() / (double)rows, 5e-5, run.Output);
    }

    [TestMethod]
    [DataRow("train")]
    [DataRow("evaluate")]
    public void It_says_so_where_the_data_is_missing(string command)
    {
        var run = SampleRun.Start(ConsoleApp, Folder, command, "--data", "missing.tsv", "--model", CacheFolder.UseLite);

        Assert.AreEqual(1, run.ExitCode);
        Assert.AreEqual("There is no data file 'missing.tsv'. Name one with --data, or leave it out for the messages of the sample.", run.Errors.Trim());
    }

    [TestMethod]
    public void The_web_service_answers_many_requests_at_once_as_it_answers_one()
    {
        using var service = new WebService("ModelBuilder/Messages_WebApi", Folder);
        string[] texts = ["Where is my parcel?", "This is broken and I am angry.", "I love it, thank you!"];
        var alone = texts.Select(text => service.Post("/predict", new { text }).Result).ToList();

        var together = Task.WhenAll(Enumerable.Range(0, 60).Select(i => service.Post("/predict", new { text = texts[i % texts.Length] }))).Result;

        for (var i = 0; i < together.Length; i++)
            Assert.AreEqual(alone[i % texts.Length], together[i]);
        using var praise = JsonDocument.Parse(alone[2]);
        Assert.AreEqual("praise", praise.RootElement.GetProperty("predictedLabel").GetString());
        Assert.AreEqual(1, praise.RootElement.GetProperty("score").EnumerateArray().Sum(score => score.GetDouble()), 1e-5);
    }

    [TestMethod]
    [DataRow(ConsoleApp, "predict")]
    [DataRow("ModelBuilder/Messages_WebApi", "--model=missing.mlnet")]
    public void Without_a_model_file_both_say_how_to_make_one(string sample, string argument)
    {
        using var empty = new WorkingFolder();

        var run = SampleRun.Start(sample, empty, argument);

        Assert.AreEqual(1, run.ExitCode);
        StringAssert.Contains(run.Errors, "Make it with: Messages_ConsoleApp train");
    }

    [TestMethod]
    public void The_configuration_says_what_the_code_does()
    {
        var sources = SampleRun.FolderOf(ConsoleApp);
        using var document = JsonDocument.Parse(File.ReadAllText(Path.Combine(sources, "Messages.mbconfig")));
        var training = File.ReadAllText(Path.Combine(sources, "Messages.training.cs"));
        var evaluation = File.ReadAllText(Path.Combine(sources, "Messages.evaluate.cs"));

        var option = document.RootElement.GetProperty("TrainingOption");
        StringAssert.Contains(training, $"Epochs = {option.GetProperty("Epoch").GetInt32()},");
        StringAssert.Contains(training, $"BatchSize = {option.GetProperty("BatchSize").GetInt32()},");
        StringAssert.Contains(training, $"TextColumnName = @\"{option.GetProperty("TextColumn").GetString()}\"");
        StringAssert.Contains(training, $"LabelColumnName = @\"{option.GetProperty("LabelColumn").GetString()}\"");
        StringAssert.Contains(training, $"Trainers.{option.GetProperty("Trainer").GetString()}(");
        StringAssert.Contains(training, $"RetrainPretrainedModel = @\"{option.GetProperty("PretrainedModel").GetString()}\"");
        foreach (var code in new[] { training, evaluation })
            StringAssert.Contains(code, $"new MLContext(seed: {option.GetProperty("Seed").GetInt32()})");
        StringAssert.Contains(evaluation, $"ValidationSplitRatio = {option.GetProperty("ValidationOption").GetProperty("SplitRatio").GetRawText()};");
        StringAssert.Contains(training, $"RetrainFilePath = @\"{document.RootElement.GetProperty("DataSource").GetProperty("FilePath").GetString()}\"");
    }
}
