using System.Diagnostics;

namespace Microsoft.ML.BlockLlm.Models.Tests;

/// <summary>Runs a script of the golden folder in the system's Python.</summary>
internal static class PythonScript
{
    private const string Python = "/usr/bin/python3";

    private static readonly Lazy<bool> s_hasTorch = new(() => File.Exists(Python) && Execute("-c", "import torch").ExitCode == 0);

    /// <summary>What the script prints. The test is inconclusive where there is no PyTorch to run it with, and fails if the script does.</summary>
    public static string Run(string script, params string[] arguments)
    {
        if (!s_hasTorch.Value)
            Assert.Inconclusive($"{Python} with PyTorch is not on this machine, so Python cannot read what was written.");
        var (exitCode, output, errors) = Execute([TestFiles.Golden(script), .. arguments]);
        Assert.AreEqual(0, exitCode, errors);
        return output;
    }

    private static (int ExitCode, string Output, string Errors) Execute(params string[] arguments)
    {
        using var process = Process.Start(new ProcessStartInfo(Python, arguments) { RedirectStandardOutput = true, RedirectStandardError = true })!;
        var errors = process.StandardError.ReadToEndAsync();
        var output = process.StandardOutput.ReadToEnd();
        process.WaitForExit();
        return (process.ExitCode, output, errors.Result);
    }
}
