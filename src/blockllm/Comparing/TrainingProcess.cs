using System.Diagnostics;

namespace Microsoft.ML.BlockLlm.Tool;

/// <summary>Runs a training in a process of its own, so that each begins alike and its memory is its own.</summary>
internal static class TrainingProcess
{
    /// <summary>Runs <c>train</c>; its progress goes to where this process has its own.</summary>
    /// <param name="task">What is trained.</param>
    /// <param name="configuration">The configuration file.</param>
    /// <returns>What it prints, if it succeeds; null if the training failed.</returns>
    /// <exception cref="OperationCanceledException">It was canceled, as by Ctrl-C, which reaches every process of a terminal.</exception>
    /// <exception cref="UsageException">It was refused, for a reason that it has printed.</exception>
    public static string? Run(PlanTask task, string configuration)
    {
        string[] command = [task == PlanTask.Lm ? "lm" : "classify", "train", "--config", configuration, "--overwrite", "--json"];
        using var process = Process.Start(new ProcessStartInfo(Environment.ProcessPath!, [.. Host(), .. command]) { RedirectStandardOutput = true })!;
        var output = process.StandardOutput.ReadToEnd();
        process.WaitForExit();
        return process.ExitCode switch
        {
            ExitCode.Success => output.TrimEnd().Split('\n')[^1],
            ExitCode.Usage => throw new UsageException("A training of the comparison was refused (above)."),
            ExitCode.Canceled => throw new OperationCanceledException("The comparison was canceled. The same command goes on with the trainings that are not complete."),
            // The process may also have been ended for the memory that it took.
            _ => null,
        };
    }

    /// <summary>The program, where the process is that of a host that runs it.</summary>
    private static string[] Host() => Path.GetFileNameWithoutExtension(Environment.ProcessPath) == "dotnet" ? [typeof(TrainingProcess).Assembly.Location] : [];
}
