using System.Diagnostics;
using System.Globalization;

namespace Microsoft.ML.BlockLlm.Training.Tests;

/// <summary>Runs <see cref="Program"/> in a process of its own.</summary>
internal static class OwnProcess
{
    public static Process Start(string folder, string mode, int number) => Start(
        Environment.GetEnvironmentVariable("DOTNET_HOST_PATH") ?? "dotnet",
        typeof(Program).Assembly.Location, folder, mode, number.ToString(CultureInfo.InvariantCulture));

    /// <summary>Runs it to its end, and returns what it printed.</summary>
    public static string Run(params string[] arguments)
    {
        var start = StartOf(Environment.GetEnvironmentVariable("DOTNET_HOST_PATH") ?? "dotnet", [typeof(Program).Assembly.Location, .. arguments]);
        // The larger a processor's cache, the later does the runtime collect what is garbage; at 1 MiB it is none of the memory that is measured.
        start.Environment["DOTNET_GCgen0MaxBudget"] = "100000";
        using var process = Process.Start(start)!;
        var errors = process.StandardError.ReadToEndAsync();
        var output = process.StandardOutput.ReadToEnd();
        process.WaitForExit();
        Assert.AreEqual(0, process.ExitCode, errors.Result);
        return output;
    }

    private static Process Start(string command, params string[] arguments) => Process.Start(StartOf(command, arguments))!;

    private static ProcessStartInfo StartOf(string command, string[] arguments) => new(command, arguments) { RedirectStandardOutput = true, RedirectStandardError = true };
}
