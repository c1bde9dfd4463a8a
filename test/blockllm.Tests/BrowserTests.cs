using System.Diagnostics;
using Microsoft.ML.BlockLlm.Tests;

namespace Microsoft.ML.BlockLlm.Tool.Tests;

/// <summary>Pages as Chromium shows them; inconclusive where it is missing. <c>eng/check-report.sh</c> says what it looks at.</summary>
[TestClass]
public sealed class BrowserTests
{
    [TestMethod]
    public void Reports_and_comparisons_are_readable_in_every_scheme_and_width_by_everyone()
    {
        using var folder = new WorkingFolder();
        folder.TrainClassifier("--epochs", "4", "--batch-size", "4", "--reselection", "fixed-period", "--patience", "5", "--validation-fraction", "0.3");
        File.WriteAllLines(folder["verses.txt"], Verse.Make(20).Select(verse => verse.Text));
        ToolRun.Succeeding(
            folder, "compare", "lm", "verses.txt", "--validation", "verses.txt", "--model", TinyLanguageModel.Directory, "--output", "lm", "--methods", "blockllm,lora", "--max-steps", "3");

        var (exitCode, faults) = Look(folder["run/report.html"], folder["lm/blockllm-rate-0.001-seed-1/report.html"], folder["lm/compare.html"]);

        Assert.AreEqual(0, exitCode, faults);
    }

    [TestMethod]
    [DataRow("""<p style="opacity: .4">faint</p>""", "has a contrast of")]
    [DataRow("""<div style="opacity: .7"><p style="opacity: .6">faint, twice</p></div>""", "has a contrast of")]
    [DataRow("""<p style="color: rgb(0 0 0 / .4)">faint</p>""", "has a contrast of")]
    [DataRow("""<svg role="img" aria-label="a bar"><rect width="9" height="9" fill="#000" fill-opacity=".2"/></svg>""", "shape")]
    [DataRow("""<p style="width: 3000px">wide</p>""", "wider than its window")]
    [DataRow("""<svg role="img"><circle r="9"/></svg>""", "without a name")]
    [DataRow("""<script>console.log("noise")</script>""", "console:")]
    public void What_cannot_be_read_is_found(string body, string fault)
    {
        using var folder = new WorkingFolder();
        folder.Write("page.html", $"""<!DOCTYPE html><html lang="en"><head><meta name="viewport" content="width=device-width" /><title>Page</title></head><body><h1>Page</h1>{body}</body></html>""");

        var (exitCode, faults) = Look(folder["page.html"]);

        Assert.AreEqual(1, exitCode, faults);
        StringAssert.Contains(faults, fault);
    }

    [TestMethod]
    public void What_can_be_read_is_no_fault()
    {
        using var folder = new WorkingFolder();
        folder.Write("page.html", """
            <!DOCTYPE html>
            <html lang="en"><head><meta name="viewport" content="width=device-width" /><title>Page</title></head>
            <body><h1>Page</h1><p style="opacity: .8">nearly black</p><p style="background: rgb(0 0 0 / .9); color: #fff">white on nearly black</p></body></html>
            """);

        Assert.AreEqual((0, "1 looked at in 2 colour schemes and 2 widths: nothing to mend.\n"), Look(folder["page.html"]));
    }

    private static (int ExitCode, string Faults) Look(params string[] pages)
    {
        const int NotLookedAt = 3;
        if (!OperatingSystem.IsLinux())
            Assert.Inconclusive("eng/check-report.sh runs on Linux.");
        using var process = Process.Start(new ProcessStartInfo("bash", [Path.Combine(ToolRun.Metadata("Repository"), "eng", "check-report.sh"), .. pages]) { RedirectStandardOutput = true, RedirectStandardError = true })!;
        var errors = process.StandardError.ReadToEndAsync();
        var faults = process.StandardOutput.ReadToEnd();
        process.WaitForExit();
        if (process.ExitCode == NotLookedAt)
            Assert.Inconclusive(errors.Result);
        return (process.ExitCode, faults + errors.Result);
    }
}
