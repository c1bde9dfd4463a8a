using Microsoft.ML.BlockLlm.Training;
using Spectre.Console;

namespace Microsoft.ML.BlockLlm.Tool;

/// <summary>Shows how training goes on, on the standard error stream: a bar in a terminal, else plain lines.</summary>
internal static class ProgressDisplay
{
    /// <summary>Trains, and shows how it goes on.</summary>
    /// <param name="weights">Weights of the model; null if that is not known before training.</param>
    /// <param name="train">Trains, and reports.</param>
    public static T Show<T>(long? weights, Func<IProgress<TrainingProgress>, T> train)
    {
        var text = new ProgressText(weights);
        if (Console.IsErrorRedirected)
            return train(new ProgressLines(Console.Error, text));

        var terminal = AnsiConsole.Create(new AnsiConsoleSettings { Out = new AnsiConsoleOutput(Console.Error) });
        return terminal.Progress()
            .Columns(new ProgressBarColumn { Width = 24 }, new TaskDescriptionColumn { Alignment = Justify.Left })
            .Start(context => train(new Bar(context.AddTask("reading the data"), text)));
    }

    private sealed class Bar(ProgressTask task, ProgressText text) : IProgress<TrainingProgress>
    {
        public void Report(TrainingProgress value)
        {
            task.MaxValue = value.TotalSteps;
            task.Value = value.Step;
            task.Description = Markup.Escape($"{value.Step}/{value.TotalSteps} {text.Of(value)}");
        }
    }
}
