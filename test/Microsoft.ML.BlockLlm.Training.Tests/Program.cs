using System.Diagnostics;
using System.Globalization;

namespace Microsoft.ML.BlockLlm.Training.Tests;

/// <summary>
/// Trains in a process of its own, so that it can be ended as a system ends processes: <c>FOLDER KIND POINT</c> is a <see cref="KilledRun"/> that kills itself at a write point of its
/// checkpoint, counted from 0; <c>FOLDER wait UPDATE</c> waits after an update for SIGTERM. <c>measure …</c> prints the memory that a training takes.
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
        if (args[1] == "wait")
            WaitForTermination(RunIn(args[0]), number);
        else
            Kill(KilledRun.Of(args[1], args[0]), number);
    }

    private static void Kill(KilledRun run, int point)
    {
        using var self = Process.GetCurrentProcess();
        run.Train(_ =>
        {
            if (point-- == 0)
                self.Kill();
        });
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
