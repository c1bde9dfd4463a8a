using Microsoft.ML.BlockLlm.Training;
using Spectre.Console;

namespace Microsoft.ML.BlockLlm.Tool;

/// <summary>Shows how training goes on, on the standard error stream: a bar in a terminal, else plain lines.</summary>
/// <param name="cancellationToken">Asks training to end.</param>
internal sealed class ProgressDisplay(CancellationToken cancellationToken)
{
    /// <summary>What is said when the user asks for an end (<see cref="TerminationSignal"/>).</summary>
    public const string Ending = "Ending after this step, and saving. Ctrl-C again stops at once, without saving.";

    // Said explicitly, since by itself a terminal counts as one only while the standard output goes there too.
    private readonly IAnsiConsole? _terminal = Console.IsErrorRedirected
        ? null
        : AnsiConsole.Create(new AnsiConsoleSettings { Out = new AnsiConsoleOutput(Console.Error), Interactive = InteractionSupport.Yes });

    /// <summary>Trains, and shows how it goes on.</summary>
    /// <param name="weights">Weights of the model; null if that is not known before training.</param>
    /// <param name="train">Trains, and reports.</param>
    public T Show<T>(long? weights, Func<IProgress<TrainingProgress>, T> train)
    {
        var text = new ProgressText(weights);
        if (_terminal is not null)
            return ProgressBar.Show(_terminal, text, train, cancellationToken);

        using var ending = cancellationToken.Register(() => Console.Error.WriteLine(Ending));
        return train(new ProgressLines(Console.Error, text));
    }

    /// <summary>Writes a line, above the bar while there is one.</summary>
    public void WriteLine(string line)
    {
        if (_terminal is null)
            Console.Error.WriteLine(line);
        else
            _terminal.WriteLine(line);
    }
}
