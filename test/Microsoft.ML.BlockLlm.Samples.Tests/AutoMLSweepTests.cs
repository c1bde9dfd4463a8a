using Microsoft.ML.BlockLlm.Setup;

namespace Microsoft.ML.BlockLlm.Samples.Tests;

[TestClass]
public sealed class AutoMLSweepTests
{
    [TestMethod]
    public void It_shows_its_trials_and_saves_a_model_with_the_best_parameters()
    {
        Cache.Require(CacheFolder.UseLite, "use-lite");
        using var folder = WriteQuestions(60);

        var run = SampleRun.Succeeding("AutoMLSweep", folder, "--data", "questions.tsv", "--trials", "3", "--seconds", "300");

        var table = run.Output.Split('\n').SkipWhile(line => !line.Contains("trial  metric")).Skip(1).TakeWhile(line => line.Length > 1).ToArray();
        Assert.AreEqual(3, table.Length, run.Output);
        StringAssert.Contains(run.Output, "Best parameters: BatchSize ");
        Assert.IsTrue(run.Number("Accuracy ([0-9.]+)") >= 50, run.Output);
        StringAssert.Contains(run.Output, "on all data, the test set included");
        Assert.IsTrue(File.Exists(folder["best-model.zip"]));
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

    private static WorkingFolder WriteQuestions(int rows)
    {
        var folder = new WorkingFolder();
        File.WriteAllLines(folder["questions.tsv"], ["Label\tText", .. Enumerable.Range(0, rows).Select(i => i % 2 == 0 ? $"number\tHow many rooms does house {i} have?" : $"place\tIn which city does person {i} live?")]);
        return folder;
    }
}
