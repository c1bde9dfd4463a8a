using System.Diagnostics;
using System.Reflection;
using System.Text.Json;

namespace Microsoft.ML.BlockLlm.Tool.Tests;

/// <summary>What the command printed, run as a user runs it: in a process and a folder of its own.</summary>
internal sealed class ToolRun
{
    private ToolRun(int exitCode, string output, string errors)
    {
        ExitCode = exitCode;
        Output = output;
        Errors = errors;
    }

    public int ExitCode { get; }

    public string Output { get; }

    public string Errors { get; }

    /// <summary>The last line of the output, as JSON.</summary>
    public JsonElement Json => JsonDocument.Parse(Output.TrimEnd().Split('\n')[^1]).RootElement;

    /// <summary>Runs a command that must succeed.</summary>
    public static ToolRun Succeeding(WorkingFolder folder, params string[] arguments)
    {
        var run = Start(folder, arguments);
        Assert.AreEqual(0, run.ExitCode, run.Output + run.Errors);
        return run;
    }

    /// <summary>Runs a command that must end as wrong usage.</summary>
    public static ToolRun Refused(WorkingFolder folder, params string[] arguments)
    {
        var run = Start(folder, arguments);
        Assert.AreEqual(2, run.ExitCode, run.Output + run.Errors);
        return run;
    }

    /// <summary>Runs a command to its end, whichever it is.</summary>
    public static ToolRun Start(WorkingFolder folder, params string[] arguments) => Start(folder, input: "", arguments);

    /// <summary>Runs a command with a text as its standard input.</summary>
    public static ToolRun Start(WorkingFolder folder, string input, string[] arguments)
    {
        using var process = Process.Start(StartInfo(folder, arguments))!;
        return Finish(process, input);
    }

    /// <summary>Runs a command, and asks it to end as soon as it has made its first update.</summary>
    public static ToolRun Interrupted(WorkingFolder folder, params string[] arguments) => Signalled(folder, "TERM", "step 1 of", arguments);

    /// <summary>Runs a command, and sends it a signal as soon as it has written something to the standard error stream. The test is inconclusive where there are no signals.</summary>
    /// <param name="folder">The current folder of its process.</param>
    /// <param name="signal">The name of the signal, as <c>kill</c> takes it.</param>
    /// <param name="awaited">A part of the line that is waited for.</param>
    /// <param name="arguments">The command line.</param>
    public static ToolRun Signalled(WorkingFolder folder, string signal, string awaited, params string[] arguments)
    {
        if (OperatingSystem.IsWindows())
            Assert.Inconclusive("Windows has no signal that asks one process to end.");
        using var process = Process.Start(StartInfo(folder, arguments))!;
        var before = "";
        for (var isThere = false; !isThere;)
        {
            var line = process.StandardError.ReadLine();
            Assert.IsNotNull(line, $"The command ended without writing '{awaited}':\n{before}");
            before += line + "\n";
            isThere = line.Contains(awaited, StringComparison.Ordinal);
        }

        using (var kill = Process.Start("kill", [$"-{signal}", $"{process.Id}"]))
            kill.WaitForExit();
        var run = Finish(process, input: "");
        return new ToolRun(run.ExitCode, run.Output, before + run.Errors);
    }

    /// <summary>Runs a command that kills itself at a point of writing a file.</summary>
    /// <param name="folder">The current folder of its process.</param>
    /// <param name="point">As <see cref="StartupHook.KillAt"/> takes it.</param>
    /// <param name="arguments">The command line.</param>
    public static void KilledAt(WorkingFolder folder, string point, params string[] arguments)
    {
        const int sigKill = 128 + 9;
        if (OperatingSystem.IsWindows())
            Assert.Inconclusive("Windows has no signals.");
        var start = StartInfo(folder, arguments);
        start.Environment["DOTNET_STARTUP_HOOKS"] = typeof(StartupHook).Assembly.Location;
        start.Environment[StartupHook.KillAt] = point;
        using var process = Process.Start(start)!;
        var run = Finish(process, input: "");
        Assert.AreEqual(sigKill, run.ExitCode, run.Output + run.Errors);
    }

    /// <summary>Runs a command, and asks it to end as soon as it has printed a line; its output is read on only then, so it must print more than a pipe holds.</summary>
    public static ToolRun EndedWhilePrinting(WorkingFolder folder, params string[] arguments)
    {
        if (OperatingSystem.IsWindows())
            Assert.Inconclusive("Windows has no signal that asks one process to end.");
        using var process = Process.Start(StartInfo(folder, arguments))!;
        Assert.IsNotNull(process.StandardOutput.ReadLine());
        using (var kill = Process.Start("kill", ["-TERM", $"{process.Id}"]))
            kill.WaitForExit();
        return Finish(process, input: "");
    }

    /// <summary>A value that the project file gives.</summary>
    public static string Metadata(string key) =>
        typeof(ToolRun).Assembly.GetCustomAttributes<AssemblyMetadataAttribute>().Single(attribute => attribute.Key == key).Value!;

    private static ToolRun Finish(Process process, string input)
    {
        var errors = process.StandardError.ReadToEndAsync();
        var output = process.StandardOutput.ReadToEndAsync();
        process.StandardInput.Write(input);
        process.StandardInput.Close();
        process.WaitForExit();
        return new ToolRun(process.ExitCode, output.Result, errors.Result);
    }

    /// <summary>How the command is started.</summary>
    public static ProcessStartInfo StartInfo(WorkingFolder folder, string[] arguments) =>
        new(Environment.GetEnvironmentVariable("DOTNET_HOST_PATH") ?? "dotnet", [Metadata("Tool"), .. arguments])
        {
            WorkingDirectory = folder.Path,
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            // Numbers in one format everywhere; and tests share their machine, so threads that wait leave it to others.
            Environment = { ["LC_ALL"] = "C.UTF-8", ["OMP_WAIT_POLICY"] = "PASSIVE" },
        };
}
