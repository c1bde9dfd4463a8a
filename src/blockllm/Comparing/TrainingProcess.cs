using System.Diagnostics;

namespace Microsoft.ML.BlockLlm.Tool;

/// <summary>Runs a training in a process of its own, so that each begins alike and its memory is its own.</summary>
internal static class TrainingProcess
{
    /// <summary>Runs <c>train</c>; its progress goes to where this process has its own.</summary>
    /// <param name="task">What is trained.</param>
    /// <param name="configuration">The configuration file.</param>
    /// <param name="cancellationToken">Asks the training to end within a step and to save; this waits until it has.</param>
    /// <returns>Its exit code, and the last line that it printed.</returns>
    public static (int ExitCode, string Result) Run(PlanTask task, string configuration, CancellationToken cancellationToken)
    {
        string[] command = [task == PlanTask.Lm ? "lm" : "classify", "train", "--config", configuration, "--overwrite", "--json", CommandFlags.EndWithInput().Name];
        using var process = Process.Start(new ProcessStartInfo(Environment.ProcessPath!, [.. Host(), .. command]) { RedirectStandardInput = true, RedirectStandardOutput = true })!;
        // Also the end of this process, whatever ends it, closes the stream.
        using var ending = cancellationToken.Register(process.StandardInput.Close);
        var output = process.StandardOutput.ReadToEnd();
        process.WaitForExit();
        return (process.ExitCode, output.TrimEnd().Split('\n')[^1]);
    }

    /// <summary>The program, where the process is that of a host that runs it.</summary>
    private static string[] Host() => Path.GetFileNameWithoutExtension(Environment.ProcessPath) == "dotnet" ? [typeof(TrainingProcess).Assembly.Location] : [];
}
