using System.Globalization;

namespace Microsoft.ML.BlockLlm.Fuzzing;

/// <summary>Files that somebody has tampered with: each reader refuses them as it documents, naming the file, and takes no more memory than they have bytes to justify.</summary>
[TestClass]
public sealed class FuzzTests
{
    /// <summary>How many inputs each reader is given; the full setting is 1,000,000.</summary>
    private static readonly long s_count = long.Parse(Environment.GetEnvironmentVariable("BLOCKLLM_FUZZ_INPUTS") ?? "1000", CultureInfo.InvariantCulture);

    public static IEnumerable<object[]> Targets => FuzzTargets.Names.Select(name => new object[] { name });

    public TestContext TestContext { get; set; } = null!;

    [TestMethod]
    [DynamicData(nameof(Targets))]
    public void Changed_files_are_read_or_refused_as_documented(string name)
    {
        using var target = FuzzTargets.Create(name);
        using var journal = Journal(name);
        var report = new Fuzzer(target, journal).Run(FuzzTargets.Seed, first: 0, s_count);

        RequireNothingWrong(report, journal);
        Assert.IsTrue(report.Refused > 0, "No input was refused: the changes are too small.");
        Assert.IsTrue(report.Refused < report.Inputs, "Every input was refused: the changes are too large.");
    }

    [TestMethod]
    [DynamicData(nameof(Targets))]
    public void What_is_kept_is_read_or_refused_as_documented(string name)
    {
        using var target = FuzzTargets.Create(name);
        using var journal = Journal(name);
        var fuzzer = new Fuzzer(target, journal);
        var report = fuzzer.Report;
        foreach (var (file, input) in Corpus.Of(name))
        {
            var refused = report.Refused;
            fuzzer.Run(input);
            if (file.StartsWith("read-", StringComparison.Ordinal))
                Assert.AreEqual(refused, report.Refused, $"corpus/{name}/{file} is refused, and was read when it was kept. Keep another.");
            if (file.StartsWith("refused-", StringComparison.Ordinal))
                Assert.AreEqual(refused + 1, report.Refused, $"corpus/{name}/{file} is read, and was refused when it was kept. Keep another.");
        }

        Assert.IsTrue(report.Inputs > 0, $"The folder corpus/{name} is missing or empty. Let the program keep some inputs for it.");
        RequireNothingWrong(report, journal);
    }

    /// <summary>Where findings are written at once, the same folder for each build: what ended a process of tests is found there by the next one.</summary>
    private FuzzJournal Journal(string name)
    {
        // Longer than in the full setting, for builds that are not optimized and machines with other work.
        var journal = new FuzzJournal(Path.Combine(AppContext.BaseDirectory, "findings", name), 10 * Fuzzer.Longest);
        if (journal.Unfinished.Count == 0)
            return journal;
        journal.Dispose();
        foreach (var (file, _) in journal.Unfinished)
            TestContext.AddResultFile(file);
        throw new AssertFailedException($"Tests before these ended while they read {string.Join(" and ", journal.Unfinished.Select(item => item.File))}.");
    }

    private void RequireNothingWrong(FuzzReport report, FuzzJournal journal)
    {
        var files = report.Findings.Select(journal.Write).ToList();
        files.ForEach(TestContext.AddResultFile);
        Assert.AreEqual(0, files.Count, string.Join("\n\n", report.Findings.Zip(files, (finding, file) => $"{finding.Wrong}\nThe input is {file}, {Convert.ToBase64String(finding.Input)}")));
    }
}
