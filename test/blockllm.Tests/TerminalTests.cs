using System.Text.RegularExpressions;
using Microsoft.ML.BlockLlm.Tests;

namespace Microsoft.ML.BlockLlm.Tool.Tests;

[TestClass]
public sealed partial class TerminalTests
{
    private const int Columns = 80;
    private const string ShowCursor = "\e[?25h";

    [TestMethod]
    public void A_bar_shows_where_training_stands_in_lines_that_fit()
    {
        using var folder = new WorkingFolder();
        folder.WriteMessages();
        using var terminal = Train(folder, "--epochs", "30", "--batch-size", "4");
        var exitCode = terminal.Finish();

        var lines = Control().Replace(terminal.Screen, "").Split(['\r', '\n'], StringSplitOptions.RemoveEmptyEntries).Select(line => line.TrimEnd()).ToList();
        Assert.AreEqual(0, exitCode, terminal.Screen);
        Assert.IsTrue(lines.Any(Bar().IsMatch), terminal.Screen);
        Assert.IsTrue(lines.Any(Update().IsMatch), terminal.Screen);
        Assert.IsTrue(lines.Any(line => line.StartsWith("validation: loss ", StringComparison.Ordinal)), terminal.Screen);
        Assert.IsTrue(lines.Where(line => Bar().IsMatch(line) || Update().IsMatch(line)).All(line => line.Length <= Columns));
    }

    [TestMethod]
    public void A_warning_has_a_line_of_its_own_above_the_bar()
    {
        using var folder = new WorkingFolder();
        folder.WriteMessages();
        File.AppendAllText(folder["messages.tsv"], "greeting\twhy\n");
        using var terminal = Terminal.Start(
            folder, Columns, "classify", "train", "messages.tsv", "--model", TinyModel.CopyWithBrokenWord("why"), "--output", "run", "--epochs", "3", "--batch-size", "4", "--validation-fraction", "0",
            "--checkpoint-interval", "4", "--on-non-finite", "roll-back");
        var exitCode = terminal.Finish();

        var warned = Control().Replace(terminal.Screen, "").Split(['\r', '\n']).Where(line => line.Contains("warning:", StringComparison.Ordinal)).ToList();
        Assert.AreEqual(0, exitCode, terminal.Screen);
        Assert.IsTrue(warned.Count > 0, terminal.Screen);
        Assert.IsTrue(warned.All(line => line.StartsWith("warning: Training goes back", StringComparison.Ordinal)), terminal.Screen);
    }

    [TestMethod]
    public void The_first_Ctrl_C_ends_training_and_saves()
    {
        using var folder = new WorkingFolder();
        folder.WriteMessages();
        using var terminal = Train(folder, "--epochs", "1000000");
        terminal.WaitFor("loss ");
        terminal.PressControlC();

        Assert.AreEqual(130, terminal.Finish(), terminal.Screen);
        StringAssert.Contains(terminal.Screen, "Ctrl-C again stops at once");
        Assert.IsTrue(File.Exists(folder["run/model.zip"]));
    }

    [TestMethod]
    public void The_second_Ctrl_C_ends_the_process_at_once_and_leaves_the_cursor()
    {
        using var folder = new WorkingFolder();
        folder.Write("messages.tsv", "Label\tText\n" + string.Concat(Enumerable.Repeat("greeting\thello\nfarewell\tbye\n", 1000)));
        using var terminal = Train(folder, "--epochs", "1000000", "--batch-size", "1", "--gradient-accumulation", "1000");
        terminal.WaitFor("loss ");
        terminal.PressControlC();
        terminal.WaitFor("Ctrl-C again stops at once");
        terminal.PressControlC();

        Assert.AreEqual(130, terminal.Finish(), terminal.Screen);
        StringAssert.Contains(terminal.Screen, ShowCursor);
        Assert.IsFalse(File.Exists(folder["run/model.zip"]));
    }

    [TestMethod]
    public void Ctrl_C_in_a_comparison_ends_its_training_which_saves()
    {
        using var folder = new WorkingFolder();
        folder.WriteMessages();
        using var terminal = Terminal.Start(
            folder, Columns, "compare", "classify", "messages.tsv", "--model", TinyModel.Directory, "--output", "runs", "--methods", "adamw", "--learning-rates", "0.001", "--epochs", "1000000");
        terminal.WaitFor("loss ");
        terminal.PressControlC();

        Assert.AreEqual(130, terminal.Finish(), terminal.Screen);
        StringAssert.Contains(terminal.Screen, "The comparison was canceled.");
        Assert.IsTrue(File.Exists(folder["runs/adamw-rate-0.001-seed-1/model.zip"]));
    }

    private static Terminal Train(WorkingFolder folder, params string[] arguments) =>
        Terminal.Start(folder, Columns, ["classify", "train", "messages.tsv", "--model", TinyModel.Directory, "--output", "run", .. arguments]);

    [GeneratedRegex(@"\e\[[?0-9;]*[a-zA-Z]|\e[=>]")]
    private static partial Regex Control();

    [GeneratedRegex(@"^━+ \d+/\d+, \d+:\d\d left$")]
    private static partial Regex Bar();

    [GeneratedRegex(@"^loss \d\.\d{4}, rate \S+, \d+ tokens/s, \d+ MiB, \d+\.\d % active$")]
    private static partial Regex Update();
}
