namespace Microsoft.ML.BlockLlm.Samples.Tests;

[TestClass]
public sealed class OptimizerOnlyTests
{
    private static readonly string Sonnets = Path.Combine(SampleRun.FolderOf("LanguageModelFineTuning"), "sonnets.txt");

    [TestMethod]
    public void It_lowers_the_held_out_loss_with_a_fraction_of_the_state_of_Adam()
    {
        using var folder = new WorkingFolder();

        var run = SampleRun.Succeeding("OptimizerOnly", folder, "--text", Sonnets, "--steps", "25");

        Assert.IsTrue(run.Number("Held-out loss ([0-9.]+) nats per character after") < run.Number("Held-out loss ([0-9.]+) nats per character before") - 1, run.Output);
        Assert.IsTrue(run.Number("state takes ([0-9.]+) MB") < 0.3 * run.Number("full Adam ([0-9.]+) MB"), run.Output);
        Assert.AreEqual(52_532, run.Number("chose ([0-9]+) of"));
    }

    [TestMethod]
    [DataRow("2")]
    [DataRow("1")]
    [DataRow("-0.1")]
    public void A_sparsity_that_is_none_is_refused_with_the_usage(string sparsity)
    {
        using var folder = new WorkingFolder();

        var run = SampleRun.Start("OptimizerOnly", folder, "--text", Sonnets, "--sparsity", sparsity);

        Assert.AreEqual(2, run.ExitCode);
        Assert.AreEqual("usage: OptimizerOnly [--text FILE] [--steps N] [--sparsity S], S at least 0 and below 1", run.Errors.Trim());
    }

    [TestMethod]
    public void It_says_what_to_do_where_the_text_is_missing()
    {
        using var folder = new WorkingFolder();

        var run = SampleRun.Start("OptimizerOnly", folder, "--text", "missing.txt");

        Assert.AreEqual(1, run.ExitCode);
        StringAssert.Contains(run.Errors, "'missing.txt'");
        StringAssert.Contains(run.Errors, "name a file with --text");
    }
}
