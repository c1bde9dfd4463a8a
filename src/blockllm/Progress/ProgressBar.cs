using Microsoft.ML.BlockLlm.Training;
using Spectre.Console;

namespace Microsoft.ML.BlockLlm.Tool;

/// <summary>A bar in a terminal, with step and time left beside it, and below it the figures of the last update and of the last evaluation.</summary>
internal sealed class ProgressBar : IProgress<TrainingProgress>
{
    private const int Width = 40;

    private readonly ProgressTask _task;
    private readonly ProgressText _text;
    private readonly Figures _figures;

    private ProgressBar(ProgressTask task, ProgressText text, Figures figures) => (_task, _text, _figures) = (task, text, figures);

    /// <summary>Trains, and shows the bar meanwhile.</summary>
    public static T Show<T>(IAnsiConsole terminal, ProgressText text, Func<IProgress<TrainingProgress>, T> train, CancellationToken cancellationToken)
    {
        var figures = new Figures();
        using var ending = cancellationToken.Register(() => figures.Ending = ProgressDisplay.Ending);
        return terminal.Progress()
            .Columns(new ProgressBarColumn { Width = Width }, new TaskDescriptionColumn { Alignment = Justify.Left })
            .UseRenderHook((bar, _) => new Rows([bar, .. figures.Lines.Select(line => new Text(line))]))
            .Start(context =>
            {
                // The bar hides the cursor, and whoever stops the process at once would be left without one.
                terminal.Cursor.Show();
                return train(new ProgressBar(context.AddTask("reading the data"), text, figures));
            });
    }

    public void Report(TrainingProgress value)
    {
        _task.MaxValue = value.TotalSteps;
        _task.Value = value.Step;
        _task.Description = Markup.Escape($"{value.Step}/{value.TotalSteps}, {ProgressText.Left(value)} left");
        _figures.Update = _text.Update(value);
        _figures.Validation = ProgressText.Validation(value) ?? _figures.Validation;
    }

    /// <summary>The lines below the bar, which the bar's own thread draws.</summary>
    private sealed class Figures
    {
        public volatile string? Update;
        public volatile string? Validation;
        public volatile string? Ending;

        public IEnumerable<string> Lines => new[] { Update, Validation, Ending }.OfType<string>();
    }
}
