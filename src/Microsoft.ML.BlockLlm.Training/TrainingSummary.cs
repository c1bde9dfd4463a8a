namespace Microsoft.ML.BlockLlm.Training;

/// <summary>What a training run did, and what it cost.</summary>
public sealed record TrainingSummary
{
    /// <summary>Why the run ended.</summary>
    public required StopReason StopReason { get; init; }

    /// <summary>Updates made.</summary>
    public required long Steps { get; init; }

    /// <summary>How training stood after each update, evaluations included: what reports are made from.</summary>
    public required IReadOnlyList<TrainingProgress> History { get; init; }

    /// <summary>Loss of each update.</summary>
    public required IReadOnlyList<double> Losses { get; init; }

    /// <summary>The moving average of the loss at the end; NaN if no update was made.</summary>
    public required double SmoothedLoss { get; init; }

    /// <summary>The evaluations on the validation data, in their order; empty if there was none.</summary>
    public required IReadOnlyList<(long Step, EvaluationResult Result)> Evaluations { get; init; }

    /// <summary>The update after which the model was best on the validation data; null if it was never evaluated, or never with a finite loss.</summary>
    public required long? BestStep { get; init; }

    /// <summary>Where the time went.</summary>
    public required TrainingTime Time { get; init; }

    /// <summary>Tokens, padding left out, trained on per second; evaluation left out.</summary>
    public required double TokensPerSecond { get; init; }

    /// <summary>Largest resident memory of the process since it started, in bytes.</summary>
    public required long PeakMemory { get; init; }

    /// <summary>Weights of the model, frozen ones included.</summary>
    public required long Weights { get; init; }

    /// <summary>Mean over the updates of the share of <see cref="Weights"/> that an update trained (<see cref="TrainingProgress.ActiveCoordinates"/>), in [0, 1].</summary>
    public required double ActiveShare { get; init; }

    /// <summary>How often the optimizer chose its coordinates anew.</summary>
    public required int Reselections { get; init; }

    /// <summary>Updates that were not made because a loss or gradient was not finite (<see cref="TrainingOptions.OnNonFinite"/>).</summary>
    public long SkippedUpdates { get; init; }

    /// <summary>How often each block was taken, by its name; always-active blocks left out. Empty for a method that chooses no blocks.</summary>
    public required IReadOnlyDictionary<string, long> Visits { get; init; }

    /// <summary>The options of the run.</summary>
    public required TrainingOptions Options { get; init; }
}
