using Microsoft.ML.BlockLlm.Training;
using Spectre.Console;

namespace Microsoft.ML.BlockLlm.Tool;

/// <summary>Shows how training goes on, on the standard error stream: a bar in a terminal, else plain lines.</summary>
internal static class ProgressDisplay
{
    /// <summary>What is said when the user asks for an end (<see cref="TerminationSignal"/>).</summary>
    public const string Ending = "Ending after this step, and saving. Ctrl-C again stops at once, without saving.";

    /// <summary>Trains, and shows how it goes on.</summary>
    /// <param name="weights">Weights of the model; null if that is not known before training.</param>
    /// <param name="train">Trains, and reports.</param>
    /// <param name="cancellationToken">Asks training to end.</param>
    public static T Show<T>(long? weights, Func<IProgress<TrainingProgress>, T> train, CancellationToken cancellationToken)
    {
        var text = new ProgressText(weights);
        // Said explicitly, since by itself a terminal counts as one only while the standard output goes there too.
        if (!Console.IsErrorRedirected)
            return ProgressBar.Show(AnsiConsole.Create(new AnsiConsoleSettings { Out = new AnsiConsoleOutput(Console.Error), Interactive = InteractionSupport.Yes }), text, train, cancellationToken);

        using var ending = cancellationToken.Register(() => Console.Error.WriteLine(Ending));
        return train(new ProgressLines(Console.Error, text));
    }
}
