using System.Text.RegularExpressions;
using Microsoft.ML.BlockLlm.Tests;

namespace Microsoft.ML.BlockLlm.Tool.Tests;

[TestClass]
public sealed partial class GuideTests
{
    /// <summary>The pages with commands.</summary>
    public static IEnumerable<object[]> Pages => Directory.GetFiles(ToolRun.Metadata("Docs"), "*.md").Where(page => Commands(page).Any()).Select(page => new object[] { Path.GetFileName(page) });

    [TestMethod]
    [DynamicData(nameof(Pages))]
    public void Every_command_of_a_page_works_in_its_order(string page)
    {
        using var folder = new WorkingFolder();
        folder.WriteMessages();
        Directory.CreateSymbolicLink(folder["encoder"], TinyModel.Directory);
        Directory.CreateSymbolicLink(folder["llama"], TinyLanguageModel.Directory);
        File.WriteAllLines(folder["novel.txt"], Verse.Make(60).Select(verse => verse.Text));

        foreach (var command in Commands(Path.Combine(ToolRun.Metadata("Docs"), page)))
            ToolRun.Succeeding(folder, [.. Words().Matches(command).Skip(1).Select(word => word.Value.Trim('"'))]);
    }

    [TestMethod]
    public void Every_guide_has_commands()
    {
        string[] guides = ["getting-started.md", "choosing-sparsity.md", "memory.md", "from-lora.md", "from-textclassification.md", "troubleshooting.md"];

        CollectionAssert.IsSubsetOf(guides, Pages.Select(page => page[0]).ToArray());
    }

    private static IEnumerable<string> Commands(string page) => File.ReadLines(page).Where(line => line.StartsWith("blockllm ", StringComparison.Ordinal));

    [GeneratedRegex("\"[^\"]*\"|[^ ]+")]
    private static partial Regex Words();
}
