using System.Text.RegularExpressions;
using Microsoft.ML.BlockLlm.Setup;

namespace Microsoft.ML.BlockLlm.Samples.Tests;

[TestClass]
public sealed class AutoMLSweepTests
{
    private const int Rows = 160;

    [TestMethod]
    public void It_shows_its_trials_and_saves_a_model_with_the_best_parameters()
    {
        Cache.Require(CacheFolder.UseLite, "use-lite");
        using var folder = WriteQuestions(Rows);

        var run = SampleRun.Succeeding("AutoMLSweep", folder, "--data", "questions.tsv", "--rows", "100", "--trials", "3", "--seconds", "300", "--model", "out/best.zip");

        var trials = Table(run.Output);
        Assert.AreEqual(3, trials.Count, run.Output);
        Assert.AreEqual(run.Text("Best parameters: (.+)"), trials.Last(trial => trial.Remark == "best so far").Parameters, run.Output);
        Assert.IsTrue(run.Number("Accuracy ([0-9.]+)") >= 90, run.Output);
        Assert.AreEqual(100, run.Number("Sweeping on ([0-9]+) rows"));
        Assert.AreEqual(Rows, run.Number("on all data, ([0-9]+) rows, the test set included"));
        using var service = new WebService("ModelBuilder/Messages_WebApi", folder, "--model", "out/best.zip");
        StringAssert.Contains(service.Post("/predict", new { text = "How many rooms does the palace have?" }).Result, "\"predictedLabel\":\"number\"");
        StringAssert.Contains(service.Post("/predict", new { text = "In which city does your sister live?" }).Result, "\"predictedLabel\":\"place\"");
    }

    [TestMethod]
    public void It_says_so_before_the_sweep_where_the_model_could_not_be_saved()
    {
        Cache.Require(CacheFolder.UseLite, "use-lite");
        using var folder = WriteQuestions(Rows);

        var run = SampleRun.Start("AutoMLSweep", folder, "--data", "questions.tsv", "--model", "questions.tsv/best.zip");

        Assert.AreEqual(1, run.ExitCode, run.Output + run.Errors);
        StringAssert.StartsWith(run.Errors, "The folder of the model file 'questions.tsv/best.zip' cannot be made");
        Assert.AreEqual("", run.Output);
    }

    [TestMethod]
    public void It_says_so_where_the_time_is_too_short_for_one_trial()
    {
        Cache.Require(CacheFolder.UseLite, "use-lite");
        using var folder = WriteQuestions(2000);

        var run = SampleRun.Start("AutoMLSweep", folder, "--data", "questions.tsv", "--seconds", "1");

        Assert.AreEqual(1, run.ExitCode, run.Output + run.Errors);
        Assert.AreEqual("In 1 seconds no trial was completed. Give the sweep more time with --seconds, or fewer rows with --rows.", run.Errors.Trim());
    }

    [TestMethod]
    public void It_says_what_to_do_where_the_data_is_missing()
    {
        using var folder = new WorkingFolder();

        var run = SampleRun.Start("AutoMLSweep", folder, "--data", "missing.tsv");

        Assert.AreEqual(1, run.ExitCode);
        StringAssert.Contains(run.Errors, "'missing.tsv'");
        StringAssert.Contains(run.Errors, "name a file with --data");
    }

    /// <summary>The parameters of each trial, as the best ones are printed, and the remark on it. Columns of the table end where their names do.</summary>
    private static List<(string Parameters, string Remark)> Table(string output)
    {
        var lines = output.Split('\n').SkipWhile(line => !line.Contains("trial  metric")).TakeWhile(line => line.Length > 1).ToArray();
        var columns = Regex.Matches(lines[0], "\\S+").Select(match => (Name: match.Value, End: match.Index + match.Length)).ToArray();
        return [.. lines.Skip(1).Select(line =>
        {
            var row = line.PadRight(columns[^1].End);
            var values = columns.Skip(3).Select((column, i) => (column.Name, Value: row[columns[i + 2].End..column.End].Trim()));
            return (string.Join(", ", values.Where(item => item.Value != "").Select(item => $"{item.Name} {item.Value}")), row[columns[^1].End..].Trim());
        })];
    }

    private static WorkingFolder WriteQuestions(int rows)
    {
        var folder = new WorkingFolder();
        File.WriteAllLines(folder["questions.tsv"], ["Label\tText", .. Enumerable.Range(0, rows).Select(i => i % 2 == 0 ? $"number\tHow many rooms does house {i} have?" : $"place\tIn which city does person {i} live?")]);
        return folder;
    }
}
