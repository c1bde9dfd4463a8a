using System.Text.RegularExpressions;
using Microsoft.ML.BlockLlm.Tests;

namespace Microsoft.ML.BlockLlm.Tool.Tests;

[TestClass]
public sealed partial class GuideTests
{
    /// <summary>The pages with commands.</summary>
    public static IEnumerable<object[]> Pages => AllPages.Where(page => Commands(page).Any()).Select(page => new object[] { page });

    private static IEnumerable<string> AllPages => Directory.GetFiles(Path.Combine(ToolRun.Metadata("Repository"), "docs"), "*.md").Select(page => Path.Combine("docs", Path.GetFileName(page))).Prepend("README.md");

    [TestMethod]
    [DynamicData(nameof(Pages))]
    public void Every_command_of_a_page_works_in_its_order(string page)
    {
        using var folder = new WorkingFolder();
        folder.WriteMessages();
        folder.WriteShape();
        Directory.CreateSymbolicLink(folder["encoder"], TinyModel.Directory);
        Directory.CreateSymbolicLink(folder["llama"], TinyLanguageModel.Directory);
        File.WriteAllLines(folder["novel.txt"], Verse.Make(60).Select(verse => verse.Text));

        foreach (var command in Commands(page))
            ToolRun.Succeeding(folder, Arguments(command));
    }

    [TestMethod]
    public void Every_guide_has_commands()
    {
        string[] guides = ["getting-started.md", "choosing-sparsity.md", "memory.md", "from-lora.md", "from-textclassification.md", "troubleshooting.md"];

        CollectionAssert.IsSubsetOf(guides, Pages.Select(page => Path.GetFileName((string)page[0])).ToArray());
    }

    [TestMethod]
    public void Every_command_that_a_text_mentions_exists()
    {
        using var folder = new WorkingFolder();
        var mentioned = AllPages.SelectMany(page => Mention().Matches(Read(page))).Select(match => match.Groups[1].Value).Distinct().ToList();

        Assert.IsTrue(mentioned.Count > 0);
        foreach (var command in mentioned)
            ToolRun.Succeeding(folder, [.. Arguments(command), "--help"]);
    }

    [TestMethod]
    public void Every_flag_that_a_guide_mentions_exists()
    {
        var known = CommandHelp.All.SelectMany(help => CommandHelp.Flags(help.Text)).ToHashSet();
        var mentioned = Pages.Select(page => (string)page[0]).Where(page => page.StartsWith("docs", StringComparison.Ordinal)).SelectMany(page => FlagMention().Matches(Read(page))).Select(match => match.Groups[1].Value).Distinct().ToList();

        Assert.IsTrue(mentioned.Count > 0);
        Assert.AreEqual("", string.Join(", ", mentioned.Where(flag => !known.Contains(flag))));
    }

    [TestMethod]
    public void Every_picture_and_page_that_a_page_refers_to_is_there()
    {
        var references = AllPages.SelectMany(page => Reference().Matches(Read(page)).Select(match => Path.Combine(ToolRun.Metadata("Repository"), Path.GetDirectoryName(page)!, match.Groups[1].Value))).ToList();

        Assert.IsTrue(references.Any(path => path.EndsWith(".png", StringComparison.Ordinal)));
        Assert.AreEqual("", string.Join(", ", references.Where(path => !Path.Exists(path))));
    }

    private static string Read(string page) => File.ReadAllText(Path.Combine(ToolRun.Metadata("Repository"), page));

    private static IEnumerable<string> Commands(string page) => Read(page).Split('\n').Where(line => line.StartsWith("blockllm ", StringComparison.Ordinal));

    /// <summary>The words after the command's name, without a comment at the end.</summary>
    private static string[] Arguments(string command) => [.. Words().Matches(command.Split(" #")[0]).Skip(1).Select(word => word.Value.Trim('"'))];

    [GeneratedRegex("\"[^\"]*\"|[^ ]+")]
    private static partial Regex Words();

    [GeneratedRegex("`(blockllm [a-z][^`\n]*)`")]
    private static partial Regex Mention();

    [GeneratedRegex("`(--[a-z-]+)[^`\n]*`")]
    private static partial Regex FlagMention();

    /// <summary>The file of a link within the repository.</summary>
    [GeneratedRegex(@"\]\((?!https?:|#)([^)#\s]+)(?:#[^)]*)?\)")]
    private static partial Regex Reference();
}
