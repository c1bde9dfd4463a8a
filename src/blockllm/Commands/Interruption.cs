using Microsoft.ML.BlockLlm.Training;

namespace Microsoft.ML.BlockLlm.Tool;

/// <summary>Ctrl-C, and the signal that asks a process to end: the first asks training to end and save, the second ends the process.</summary>
internal static class Interruption
{
    /// <summary>Begins to listen, and says what happens when the first comes.</summary>
    public static TerminationSignal Listen()
    {
        var signal = new TerminationSignal();
        signal.Token.Register(() => Console.Error.WriteLine("Ending after this step, and saving. Press Ctrl-C again to stop at once, without saving."));
        return signal;
    }
}
