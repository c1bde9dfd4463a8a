using System.Diagnostics;
using static TorchSharp.torch;

namespace Microsoft.ML.BlockLlm.Fuzzing;

/// <summary>What the fuzzer itself is trusted with: that a number names an input, and that nothing which goes wrong is lost.</summary>
[TestClass]
public sealed class FuzzerTests : IDisposable
{
    private static readonly byte[] s_input = [1, 2, 3];

    // So that what never comes fails the test, and does not hold it up for ever.
    private static readonly TimeSpan s_patience = TimeSpan.FromMinutes(2);

    private readonly TemporaryFolder _folder = new();

    public static IEnumerable<object[]> Targets => FuzzTargets.Names.Select(name => new object[] { name });

    public void Dispose() => _folder.Dispose();

    [TestMethod]
    [DynamicData(nameof(Targets))]
    public void Seeds_and_inputs_are_the_same_bytes_each_time_they_are_made(string name)
    {
        using var first = FuzzTargets.Create(name);
        using var second = FuzzTargets.Create(name);

        Assert.AreEqual(first.Seeds.Count, second.Seeds.Count);
        foreach (var (expected, actual) in first.Seeds.Zip(second.Seeds))
            CollectionAssert.AreEqual(expected, actual);
        for (var number = 0; number < 50; number++)
            CollectionAssert.AreEqual(Fuzzer.Input(first, FuzzTargets.Seed, number), Fuzzer.Input(second, FuzzTargets.Seed, number));
    }

    [TestMethod]
    public void An_input_at_which_the_process_ends_is_found_by_the_next_one()
    {
        const string name = "classifier.zip";
        KilledAt(name, line => line.StartsWith($"{name}: 100 of ", StringComparison.Ordinal));

        var (exitCode, errors) = Finished(name);

        Assert.AreEqual(0, exitCode, errors);
        var file = Kept(name).Single();
        StringAssert.Contains(errors, $"{name}: an earlier process ended while it read {file}, which is read first");
        // It is one of those that its numbers name here too.
        using var target = FuzzTargets.Create(name);
        var input = File.ReadAllBytes(file);
        Assert.IsTrue(Enumerable.Range(0, 50_000).Any(number => Fuzzer.Input(target, FuzzTargets.Seed, number).AsSpan().SequenceEqual(input)));
    }

    [TestMethod]
    public void An_input_at_which_two_processes_end_is_named_and_not_read_again()
    {
        var isRead = false;
        using var target = Target(_ => isRead = true);
        LeaveUnfinished();
        using (var second = new FuzzJournal(_folder.Path, Fuzzer.Longest))
            Assert.IsFalse(second.EndsProcesses(s_input));
        LeaveUnfinished();
        using var third = new FuzzJournal(_folder.Path, Fuzzer.Longest);
        var fuzzer = new Fuzzer(target, third);

        fuzzer.Run(s_input);

        Assert.IsFalse(isRead);
        Assert.AreEqual(FuzzJournal.EndedAgain, fuzzer.Report.Findings.Single().Wrong);
        CollectionAssert.AreEqual(s_input, File.ReadAllBytes(third.Unfinished.Single().File));
    }

    [TestMethod]
    public void Inputs_of_a_process_that_lives_are_its_own()
    {
        using var first = new FuzzJournal(_folder.Path, Fuzzer.Longest);
        first.Begin(s_input);

        var left = new List<byte[]>();
        CurrentInput.TakeLeft(_folder.Path, left.Add);

        Assert.AreEqual(0, left.Count);
        Assert.AreEqual(1, Directory.GetFiles(_folder.Path).Length);
    }

    [TestMethod]
    public void An_input_that_takes_longer_than_it_may_is_kept_and_ends_the_process_by_its_name()
    {
        using var isKnown = new ManualResetEventSlim();
        var message = "";
        using var journal = new FuzzJournal(_folder.Path, TimeSpan.FromMilliseconds(50), end: text =>
        {
            message = text;
            isKnown.Set();
        });
        using var target = Target(_ => Assert.IsTrue(isKnown.Wait(s_patience)));

        new Fuzzer(target, journal).Run(s_input);

        var file = message.Split("It is ")[^1];
        StringAssert.Contains(message, "was not read after 0.05 seconds");
        CollectionAssert.AreEqual(s_input, File.ReadAllBytes(file));
    }

    [TestMethod]
    public void What_goes_wrong_is_written_down_when_it_does()
    {
        using var journal = new FuzzJournal(_folder.Path, Fuzzer.Longest);
        using var target = Target(_ => throw new TimeoutException("too late"));
        var fuzzer = new Fuzzer(target, journal);

        fuzzer.Run(s_input);

        var file = Path.Combine(_folder.Path, fuzzer.Report.Findings.Single().FileName);
        CollectionAssert.AreEqual(s_input, File.ReadAllBytes(file));
        StringAssert.StartsWith(File.ReadAllText($"{file}.txt"), "TimeoutException: too late");
    }

    [TestMethod]
    public void Tensors_that_stay_are_held_against_the_input_that_left_them_alone()
    {
        using var journal = new FuzzJournal(_folder.Path, Fuzzer.Longest);
        using var scope = NewDisposeScope();
        using var target = Target(input =>
        {
            if (input == s_input)
                _ = ones(1);
        });
        var fuzzer = new Fuzzer(target, journal);
        // What other tests left to the garbage collector is not to go meanwhile.
        GC.Collect();
        GC.WaitForPendingFinalizers();

        fuzzer.Run([1]);
        fuzzer.Run(s_input);
        fuzzer.Run([2]);

        var finding = fuzzer.Report.Findings.Single();
        Assert.AreEqual("left 1 tensors behind", finding.Wrong);
        Assert.AreSame(s_input, finding.Input);
    }

    private static FuzzTarget Target(Action<byte[]> read) => new("test", [s_input], (_, seed, _) => seed, read) { IsDocumented = _ => false };

    private string[] Kept(string name) => [.. Directory.GetFiles(_folder.File($"findings/{name}")).Where(path => Path.GetExtension(path) != ".txt")];

    /// <summary>What a process leaves that ends while it reads.</summary>
    private void LeaveUnfinished() => File.WriteAllBytes(_folder.File("current-1"), [.. BitConverter.GetBytes(s_input.Length), .. s_input, 0]);

    /// <summary>Starts the program, and kills it when it has written a line.</summary>
    private void KilledAt(string name, Func<string, bool> isAwaited)
    {
        using var process = Start(name, count: "1000000");
        try
        {
            for (string? line = null; line is null || !isAwaited(line);)
            {
                line = process.StandardError.ReadLineAsync().WaitAsync(s_patience).GetAwaiter().GetResult();
                Assert.IsNotNull(line, "The process ended by itself.");
            }
        }
        finally
        {
            process.Kill();
            Assert.IsTrue(process.WaitForExit(s_patience));
        }
    }

    /// <summary>Runs the program with one input.</summary>
    private (int ExitCode, string Errors) Finished(string name)
    {
        using var process = Start(name, count: "1");
        try
        {
            var errors = process.StandardError.ReadToEndAsync().WaitAsync(s_patience).GetAwaiter().GetResult();
            Assert.IsTrue(process.WaitForExit(s_patience));
            return (process.ExitCode, errors);
        }
        finally
        {
            process.Kill();
        }
    }

    private Process Start(string name, string count) => Process.Start(new ProcessStartInfo(
        Environment.GetEnvironmentVariable("DOTNET_HOST_PATH") ?? "dotnet", [typeof(Program).Assembly.Location, name, count])
    {
        WorkingDirectory = _folder.Path, RedirectStandardError = true, Environment = { ["OMP_NUM_THREADS"] = "1" },
    })!;
}
