using System.Text.RegularExpressions;
using Microsoft.ML.BlockLlm.Tests;

namespace Microsoft.ML.BlockLlm.Tool.Tests;

[TestClass]
public sealed partial class GettingStartedTests
{
    [TestMethod]
    public void Every_command_of_the_page_works_in_its_order()
    {
        using var folder = new WorkingFolder();
        folder.WriteMessages();
        Directory.CreateSymbolicLink(folder["encoder"], TinyModel.Directory);
        Directory.CreateSymbolicLink(folder["llama"], TinyLanguageModel.Directory);
        File.WriteAllLines(folder["novel.txt"], Verse.Make(60).Select(verse => verse.Text));
        var commands = File.ReadLines(Path.Combine(ToolRun.Metadata("Docs"), "getting-started.md")).Where(line => line.StartsWith("blockllm ", StringComparison.Ordinal)).ToList();

        Assert.IsTrue(commands.Count > 5);
        foreach (var command in commands)
            ToolRun.Succeeding(folder, [.. Words().Matches(command).Skip(1).Select(word => word.Value.Trim('"'))]);
    }

    [GeneratedRegex("\"[^\"]*\"|[^ ]+")]
    private static partial Regex Words();
}
