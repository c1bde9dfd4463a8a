using System.Diagnostics;
using System.Globalization;

namespace Microsoft.ML.BlockLlm.Training.Tests;

/// <summary>
/// Trains in a process of its own, so that it can be ended as a system ends processes: <c>FOLDER kill POINT</c> kills itself at a write point, counted from the first of its
/// third checkpoint; <c>FOLDER wait UPDATE</c> waits after an update for SIGTERM. <c>measure …</c> prints the memory that a training takes.
/// </summary>
internal static class Program
{
    /// <summary>A training that saves a checkpoint every fourth update and keeps one.</summary>
    public static Run RunIn(string folder)
    {
        var run = new Run();
        return run with { Options = run.Options with { Checkpoints = new CheckpointOptions { Directory = folder, EveryUpdates = 4, Keep = 1 } } };
    }

    private static void Main(string[] args)
    {
        if (args[0] == MeasuredRun.Mode)
        {
            Console.WriteLine(MeasuredRun.Parse(args).Run());
            return;
        }

        var number = int.Parse(args[2], CultureInfo.InvariantCulture);
        if (args[1] == "kill")
            Kill(RunIn(args[0]), number);
        else
            WaitForTermination(RunIn(args[0]), number);
    }

    private static void Kill(Run run, int point)
    {
        var isThird = false;
        using var self = Process.GetCurrentProcess();
        CheckpointFolder.AtWritePoint = _ =>
        {
            if (isThird && point-- == 0)
                self.Kill();
        };
        using var model = run.NewModel();
        run.Train(model, progress => isThird = progress.Step == 12);
    }

    private static void WaitForTermination(Run run, int update)
    {
        using var termination = new TerminationSignal();
        using var model = run.NewModel();
        var outcome = run.Train(model, progress =>
        {
            if (progress.Step != update)
                return;
            Console.WriteLine("waiting");
            termination.Token.WaitHandle.WaitOne();
        }, termination.Token);
        Console.WriteLine($"{outcome.Summary.StopReason} after {outcome.Summary.Steps}");
    }
}
