using System.Diagnostics;
using static TorchSharp.torch;

namespace Microsoft.ML.BlockLlm.Fuzzing;

/// <summary>What the fuzzer itself is trusted with: that a number names an input, and that nothing which goes wrong is lost.</summary>
[TestClass]
public sealed class FuzzerTests : IDisposable
{
    private static readonly byte[] s_input = [1, 2, 3];

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
        using (var ended = Start(name, count: "1000000"))
        {
            var line = "";
            while (line is not null && !line.StartsWith($"{name}: 100 of ", StringComparison.Ordinal))
                line = ended.StandardError.ReadLine();
            Assert.IsNotNull(line, "The process ended by itself.");
            ended.Kill();
            ended.WaitForExit();
        }

        using var next = Start(name, count: "1");
        var errors = next.StandardError.ReadToEnd();
        next.WaitForExit();

        Assert.AreEqual(0, next.ExitCode, errors);
        var file = Directory.GetFiles(_folder.File($"findings/{name}")).Single(path => Path.GetExtension(path) != ".txt");
        StringAssert.Contains(errors, $"{name}: an earlier process ended while it read {file}");
        // It is one of those that its numbers name here too.
        using var target = FuzzTargets.Create(name);
        var input = File.ReadAllBytes(file);
        Assert.IsTrue(Enumerable.Range(0, 50_000).Any(number => Fuzzer.Input(target, FuzzTargets.Seed, number).AsSpan().SequenceEqual(input)));
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
        using var target = Target(_ => isKnown.Wait());

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
    [DataRow(0)]
    [DataRow(10)]
    public void Tensors_that_stay_are_seen_also_where_some_are_held(int held)
    {
        using var journal = new FuzzJournal(_folder.Path, Fuzzer.Longest);
        var left = new List<Tensor>();
        using var target = Target(_ => left.Add(ones(1)), held);
        var fuzzer = new Fuzzer(target, journal);

        for (var i = 0; i <= held; i++)
        {
            Assert.AreEqual(0, fuzzer.Report.Findings.Count);
            fuzzer.Run(s_input);
        }

        StringAssert.Contains(fuzzer.Report.Findings.Single().Wrong, "tensors behind");
        left.ForEach(tensor => tensor.Dispose());
    }

    private static FuzzTarget Target(Action<byte[]> read, int held = 0) => new("test", [s_input], (_, seed, _) => seed, read) { IsDocumented = _ => false, HeldTensors = held };

    private Process Start(string name, string count) => Process.Start(new ProcessStartInfo(
        Environment.GetEnvironmentVariable("DOTNET_HOST_PATH") ?? "dotnet", [typeof(Program).Assembly.Location, name, count])
    {
        WorkingDirectory = _folder.Path, RedirectStandardError = true, Environment = { ["OMP_NUM_THREADS"] = "1" },
    })!;
}
