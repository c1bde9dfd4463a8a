using System.Diagnostics;

namespace Microsoft.ML.BlockLlm.Samples.Tests;

/// <summary>The command <c>dotnet</c>, with settings and templates of its own.</summary>
internal static class Dotnet
{
    /// <summary>Runs it in a folder; it must succeed.</summary>
    public static void Run(WorkingFolder folder, params string[] arguments)
    {
        var start = new ProcessStartInfo(Environment.GetEnvironmentVariable("DOTNET_HOST_PATH") ?? "dotnet", arguments)
        {
            WorkingDirectory = folder.Path,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            Environment = { ["DOTNET_CLI_HOME"] = folder["home"], ["DOTNET_NOLOGO"] = "1", ["DOTNET_CLI_TELEMETRY_OPTOUT"] = "1" },
        };
        using var process = Process.Start(start)!;
        var errors = process.StandardError.ReadToEndAsync();
        var output = process.StandardOutput.ReadToEnd();
        process.WaitForExit();
        Assert.AreEqual(0, process.ExitCode, $"dotnet {string.Join(' ', arguments)}\n{output}{errors.Result}");
    }
}
