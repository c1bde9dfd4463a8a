using System.Diagnostics;

namespace Microsoft.ML.BlockLlm.Tests;

/// <summary>Runs <see cref="Program"/> in a process of its own.</summary>
internal static class OwnProcess
{
    /// <summary>Runs it where it was built, and returns what it printed. It must succeed.</summary>
    public static string Run(IEnumerable<string> arguments)
    {
        var (exitCode, output, errors) = RunIn(AppContext.BaseDirectory, arguments);
        Assert.AreEqual(0, exitCode, errors);
        return output;
    }

    /// <summary>Runs the copy of it that lies in another folder.</summary>
    public static (int ExitCode, string Output, string Errors) RunIn(string folder, IEnumerable<string> arguments)
    {
        var program = Path.Combine(folder, Path.GetFileName(typeof(Program).Assembly.Location));
        var start = new ProcessStartInfo(Environment.GetEnvironmentVariable("DOTNET_HOST_PATH") ?? "dotnet", [program, .. arguments])
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        using var process = Process.Start(start)!;
        var errors = process.StandardError.ReadToEndAsync();
        var output = process.StandardOutput.ReadToEnd();
        process.WaitForExit();
        return (process.ExitCode, output, errors.Result);
    }
}
