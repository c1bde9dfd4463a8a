using Microsoft.ML.BlockLlm.Training;

namespace Microsoft.ML.BlockLlm.AutoML;

/// <summary>What ends a trainer in a trial besides its own options: the experiment's cancellation, and a budget of steps.</summary>
internal sealed record TrialLimits(TrialScope? Scope, TrialBudget? Budget)
{
    /// <summary>The checkpoint at the end of the budget, from which the next trial of the configuration goes on.</summary>
    private CheckpointOptions? Checkpoints =>
        Budget is null ? null : new CheckpointOptions { Directory = Budget.CheckpointDirectory, EveryEpoch = false, Keep = 1, KeepBest = false, Resume = Budget.Continues };

    public static TrialLimits Of(MLContext context, SearchSpace.Parameter parameter) => new(TrialScope.Of(context), TrialBudget.Of(parameter));

    public BlockLlmTextClassificationOptions ApplyTo(BlockLlmTextClassificationOptions options)
    {
        if (this is { Scope: null, Budget: null })
            return options;
        var stop = Scope?.AddSource() ?? new CancellationTokenSource();
        return options with
        {
            CancellationToken = stop.Token,
            Progress = Progress(stop, options.Progress),
            Checkpoints = Checkpoints,
        };
    }

    public BlockLlmLanguageModelOptions ApplyTo(BlockLlmLanguageModelOptions options)
    {
        if (this is { Scope: null, Budget: null })
            return options;
        var stop = Scope?.AddSource() ?? new CancellationTokenSource();
        return options with
        {
            CancellationToken = stop.Token,
            Progress = Progress(stop, options.Progress),
            Checkpoints = Checkpoints,
        };
    }

    private IProgress<TrainingProgress>? Progress(CancellationTokenSource stop, IProgress<TrainingProgress>? own) =>
        Budget is null ? own : new BudgetProgress(Budget, stop, own);

    /// <summary>Ends training when its budget is spent.</summary>
    private sealed class BudgetProgress(TrialBudget budget, CancellationTokenSource stop, IProgress<TrainingProgress>? own) : IProgress<TrainingProgress>
    {
        public void Report(TrainingProgress value)
        {
            own?.Report(value);
            budget.Report(value.Step, value.TotalSteps);
            if (budget.IsCutOff)
                stop.Cancel();
        }
    }
}
