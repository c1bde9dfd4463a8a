using System.Diagnostics;
using System.Globalization;
using System.Text.Json;

/// <summary>Runs BlockLLM and full Adam, each in a process of its own so that each has its own peak of memory, and prints them side by side.</summary>
internal static class Comparison
{
    private const double BlockLlmSparsity = 0.9;
    private const double FullAdam = 0;

    public static void Run(Arguments arguments)
    {
        var (blockLlm, adam) = (RunAlone(BlockLlmSparsity, "BlockLLM, sparsity 0.9", arguments), RunAlone(FullAdam, "Full Adam", arguments));
        var csv = arguments.Folder + "-loss.csv";
        File.WriteAllLines(csv, Table(blockLlm, adam, ','));

        Console.WriteLine();
        foreach (var line in Table(blockLlm, adam, '\t'))
            Console.WriteLine(line);
        Console.WriteLine();
        Print("Peak memory", blockLlm.PeakMemory / 1048576.0, adam.PeakMemory / 1048576.0, "MiB");
        Print("Weights that an update changes", 100 * blockLlm.ActiveShare, 100 * adam.ActiveShare, "%");
        Console.WriteLine($"Curves are in {csv}, the model of BlockLLM in {Pretraining.FolderOf(BlockLlmSparsity, arguments)}.");
    }

    private static Curve RunAlone(double sparsity, string name, Arguments arguments)
    {
        Console.WriteLine($"== {name}");
        string[] command = ["--sparsity", sparsity.ToString(CultureInfo.InvariantCulture), "--steps", arguments.Steps.ToString(CultureInfo.InvariantCulture), "--out", arguments.Folder];
        if (arguments.Lines is int lines)
            command = [.. command, "--lines", lines.ToString(CultureInfo.InvariantCulture)];
        using var process = Process.Start(new ProcessStartInfo(Environment.ProcessPath!, [.. HostArguments, .. command]))!;
        process.WaitForExit();
        if (process.ExitCode != 0)
            throw new InvalidOperationException($"{name} failed; see above.");
        return JsonSerializer.Deserialize<Curve>(File.ReadAllText(Pretraining.CurveOf(Pretraining.FolderOf(sparsity, arguments))))!;
    }

    // Started as "dotnet LanguageModelPretraining.dll", the process is dotnet and has to be told the program.
    private static string[] HostArguments =>
        Path.GetFileNameWithoutExtension(Environment.ProcessPath) == "dotnet" ? [Path.Combine(AppContext.BaseDirectory, "LanguageModelPretraining.dll")] : [];

    private static IEnumerable<string> Table(Curve blockLlm, Curve adam, char separator)
    {
        yield return string.Join(separator, "step", "BlockLLM s", "BlockLLM loss", "Adam s", "Adam loss");
        foreach (var (first, second) in blockLlm.Points.Zip(adam.Points))
        {
            yield return string.Join(separator, ((IEnumerable<IFormattable>)[first.Step, first.Seconds, first.Loss, second.Seconds, second.Loss])
                .Select(number => number.ToString(number is long ? "D" : "F3", CultureInfo.InvariantCulture)));
        }
    }

    private static void Print(string name, double blockLlm, double adam, string unit) =>
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{name}: BlockLLM {blockLlm:F1} {unit}, full Adam {adam:F1} {unit}"));
}
