using Microsoft.ML.BlockLlm.Tests;

namespace Microsoft.ML.BlockLlm.Tool.Tests;

[TestClass]
public sealed class UsageTests
{
    [TestMethod]
    public void A_language_model_begins_with_a_model_or_with_a_shape_but_not_with_both()
    {
        using var folder = new WorkingFolder();
        folder.WriteShape();
        folder.Write("verses.txt", "Once upon a time\n");
        var refused = ToolRun.Refused(folder, "lm", "train", "verses.txt", "--model", TinyLanguageModel.Directory, "--new-model", "shape.json", "--output", "run");

        StringAssert.Contains(refused.Errors, "training begins with one of them");
    }

    [TestMethod]
    public void Help_shows_examples_and_exit_codes()
    {
        using var folder = new WorkingFolder();
        var help = ToolRun.Succeeding(folder, "--help").Output;

        StringAssert.Contains(help, "blockllm plan llama-7b");
        StringAssert.Contains(help, "130 canceled");
    }

    [TestMethod]
    public void Help_of_a_command_shows_every_setting_with_its_default()
    {
        using var folder = new WorkingFolder();
        var help = ToolRun.Succeeding(folder, "classify", "train", "--help").Output;

        StringAssert.Contains(help, "--warmup-fraction");
        StringAssert.Contains(help, "--reselection");
        StringAssert.Contains(help, "Default: 0.06.");
    }

    [TestMethod]
    public void Every_command_has_examples_and_a_form_for_machines()
    {
        Assert.AreEqual(11, CommandHelp.All.Count);
        foreach (var (command, help) in CommandHelp.All)
        {
            StringAssert.Matches(help, new($@"Examples?:\n\s+(echo .* \| )?blockllm {string.Join(' ', command)} "));
            StringAssert.Contains(help, "--json");
        }
    }

    [TestMethod]
    public void An_unknown_flag_is_refused_with_the_nearest_known_one()
    {
        using var folder = new WorkingFolder();
        var refused = ToolRun.Refused(folder, "plan", "llama-7b", "--batchsize", "2");

        StringAssert.Contains(refused.Errors + refused.Output, "--batch-size");
    }

    [TestMethod]
    public void A_missing_model_is_a_failure_with_a_sentence()
    {
        using var folder = new WorkingFolder();
        folder.WriteMessages();
        var run = ToolRun.Start(folder, "classify", "train", "messages.tsv", "--model", "nowhere", "--output", "run");

        Assert.AreEqual(1, run.ExitCode);
        StringAssert.Contains(run.Errors, "error: The model folder");
    }
}
