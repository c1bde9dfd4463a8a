using System.Diagnostics;
using System.Globalization;
using Microsoft.ML.BlockLlm.Training;

namespace Microsoft.ML.BlockLlm.Fuzzing;

/// <summary>
/// The full setting: <c>TARGET|all COUNT [SEED [FIRST]]</c> gives readers so many inputs, the same each time on a machine, and prints a line about each reader. What goes wrong is written to the folder
/// <c>findings</c> when it does, from where it is to be added to <c>corpus</c> when it is mended; an input that ends the process is found there too, by the process that is started next. <c>keep TARGET|all COUNT MOST</c> writes to the folder <c>kept</c>, of so many inputs, one that is read and at most so many that
/// are refused for different reasons: for the <c>corpus</c> of a new reader.
/// </summary>
internal static class Program
{
    private const long Part = 10_000;

    private static int Main(string[] args)
    {
        if (args[0] == "keep")
            return Keep(args[1], long.Parse(args[2], CultureInfo.InvariantCulture), int.Parse(args[3], CultureInfo.InvariantCulture));
        var count = long.Parse(args[1], CultureInfo.InvariantCulture);
        var seed = args.Length > 2 ? int.Parse(args[2], CultureInfo.InvariantCulture) : FuzzTargets.Seed;
        var first = args.Length > 3 ? long.Parse(args[3], CultureInfo.InvariantCulture) : 0;
        var wrong = 0;
        foreach (var name in Named(args[0]))
            wrong += Run(name, count, seed, first);
        return wrong == 0 ? 0 : 1;
    }

    private static IEnumerable<string> Named(string name) => FuzzTargets.Names.Where(target => name == "all" || target == name);

    private static int Keep(string names, long count, int most)
    {
        foreach (var name in Named(names))
        {
            using var target = FuzzTargets.Create(name);
            foreach (var (fileName, input) in CorpusKeeper.Choose(target, FuzzTargets.Seed, count, most))
                File.WriteAllBytes(Path.Combine(Directory.CreateDirectory(Path.Combine("kept", name)).FullName, fileName), input);
        }
        return 0;
    }

    private static int Run(string name, long count, int seed, long first)
    {
        using var target = FuzzTargets.Create(name);
        using var journal = new FuzzJournal(Path.Combine("findings", name), Fuzzer.Longest);
        var fuzzer = new Fuzzer(target, journal);
        foreach (var (file, input) in journal.Unfinished)
        {
            Console.Error.WriteLine($"{name}: an earlier process ended while it read {file}, which {(journal.EndsProcesses(input) ? "ended one before too and is not read again" : "is read first")}");
            fuzzer.Run(input);
        }
        var (report, before) = (fuzzer.Report, fuzzer.Report.Inputs);
        fuzzer.Run(seed, first, Math.Min(count, 100));
        var (watch, resident) = (Stopwatch.StartNew(), ProcessMemory.Resident);
        for (var done = report.Inputs - before; done < count; done = report.Inputs - before)
        {
            Console.Error.WriteLine($"{name}: {done:N0} of {count:N0}, {report.Findings.Count} kinds of wrong");
            fuzzer.Run(seed, first + done, Math.Min(Part, count - done));
        }
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture,
            $"{name}: {report.Inputs:N0} inputs in {watch.Elapsed.TotalSeconds:0} s, {report.Inputs / watch.Elapsed.TotalSeconds:N0} a second, {report.Refused:N0} refused, {report.Findings.Count} kinds of wrong; at most {report.LargestAllocation:N0} managed bytes, {report.LargestShare:0} for each of its own, {report.LargestGrowth >> 20:N0} MiB of growth and {report.Slowest.TotalMilliseconds:0} ms for one; {resident >> 20:N0} MiB resident at the beginning, {ProcessMemory.Resident >> 20:N0} MiB at the end"));
        foreach (var finding in report.Findings)
            Console.WriteLine($"  {finding.FileName}: {finding.Wrong}");
        return report.Findings.Count;
    }
}
