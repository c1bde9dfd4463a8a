namespace Microsoft.ML.BlockLlm.AutoML;

/// <summary>One trial of a sweep: what it tried and what came of it.</summary>
public sealed record SweepTrial
{
    /// <summary>Number of the trial, from 0.</summary>
    public required int Id { get; init; }

    /// <summary>What the trainers of the pipeline were told, by name, without what is BlockLLM's alone where the method is another; under successive halving <c>Steps</c> says to which step the trial is to go and, once it has ended, how many of its steps the configuration has made: <c>36/324</c>.</summary>
    public required IReadOnlyDictionary<string, string> Parameters { get; init; }

    /// <summary>How it stands.</summary>
    public SweepTrialStatus Status { get; init; }

    /// <summary>The metric of the validation data; null while there is none.</summary>
    public double? Metric { get; init; }

    /// <summary>How long it took, measuring included; null while it runs.</summary>
    public TimeSpan? Duration { get; init; }

    /// <summary>Largest resident memory of the process that was seen during the trial, in bytes; null if it did not complete.</summary>
    public long? PeakMemory { get; init; }

    /// <summary>Why it failed; null if it did not.</summary>
    public string? Failure { get; init; }
}
