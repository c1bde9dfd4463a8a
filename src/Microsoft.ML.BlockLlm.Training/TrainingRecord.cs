using System.Collections.ObjectModel;
using System.Diagnostics;
using System.Text.Json.Serialization;
using Microsoft.ML.BlockLlm.Models;
using Microsoft.ML.BlockLlm.Optimizers;

namespace Microsoft.ML.BlockLlm.Training;

/// <summary>What a run has done so far: the source of its progress reports and its summary.</summary>
internal sealed class TrainingRecord
{
    private const double Smoothing = 0.95;

    private readonly long _started = Stopwatch.GetTimestamp();
    private readonly TrainingOptions _options;
    private readonly long _weights;
    private readonly long _evaluationInterval;
    private readonly List<TrainingProgress> _history = [];
    private readonly List<(long, EvaluationResult)> _evaluations = [];
    private double _lossAverage;
    private double _activeSum;
    private int _reselections;
    private long _tokens;
    private StepTime _timeBefore = new(default, default, default, default);
    private TimeSpan _elapsedBefore;

    public TrainingRecord(TrainingOptions options, StagedModel model, long? examples)
    {
        _options = options;
        _weights = model.parameters().Sum(parameter => parameter.numel());
        var stepsPerEpoch = examples is { } count
            ? DivideUp(DivideUp(count, options.BatchSize), options.GradientAccumulation)
            : options.MaxSteps ?? throw new ArgumentException(
                "The data does not say how many examples it has, so the options must say how many updates to make. Set MaxSteps.", nameof(options));
        TotalSteps = Math.Min(options.Epochs * stepsPerEpoch, options.MaxSteps ?? long.MaxValue);
        _evaluationInterval = options.EvaluationInterval ?? stepsPerEpoch;
    }

    public long TotalSteps { get; }

    public long Step => _history.Count;

    public bool IsComplete => Step >= TotalSteps;

    /// <summary>Whether the model as it is now needs no evaluation: it was evaluated, or not trained at all.</summary>
    public bool IsEvaluated => Step == 0 || _history[^1].Validation is not null;

    /// <summary>Whether it is time to evaluate.</summary>
    public bool IsEvaluationDue => !IsEvaluated && (Step % _evaluationInterval == 0 || IsComplete);

    /// <summary>Updates that were not made because a loss or gradient was not finite.</summary>
    public long SkippedUpdates { get; set; }

    /// <summary>Those of them that no update followed; null if there are none.</summary>
    public Setback? Setback { get; set; }

    public int Epoch { get; set; }

    public TimeSpan DataTime { get; set; }

    public TimeSpan ForwardTime { get; set; }

    public TimeSpan BackwardTime { get; set; }

    public TimeSpan OptimizerTime { get; set; }

    public TimeSpan EvaluationTime { get; set; }

    public IReadOnlyList<TrainingProgress> History => _history;

    /// <summary>What was gathered and does not follow from the history.</summary>
    public RecordTotals Totals => new(_tokens, SkippedUpdates, Time, Setback);

    private TimeSpan Elapsed => _elapsedBefore + Stopwatch.GetElapsedTime(_started);

    private TrainingTime Time => new(DataTime, ForwardTime, BackwardTime, OptimizerTime, EvaluationTime, Elapsed);

    private StepTime WorkTime => new(DataTime, ForwardTime, BackwardTime, OptimizerTime);

    public void AddStep(double loss, double accuracy, long tokens, double learningRate, UpdateReport report)
    {
        Gather(loss, report.ActiveCoordinates, report.Reselected);
        _tokens += tokens;
        var time = WorkTime.Since(_timeBefore);
        _history.Add(new TrainingProgress
        {
            Step = Step + 1,
            TotalSteps = TotalSteps,
            Epoch = Epoch,
            Loss = loss,
            SmoothedLoss = SmoothedLossAfter(Step + 1),
            Accuracy = accuracy,
            LearningRate = learningRate,
            GradientNorm = report.GradientNorm,
            ActiveCoordinates = report.ActiveCoordinates,
            AlwaysActiveCoordinates = report.AlwaysActiveCoordinates,
            ActiveBlocks = report.ActiveBlocks,
            Visits = report.Visits,
            Reselected = report.Reselected,
            Time = time,
            TokensPerSecond = tokens / time.Total.TotalSeconds,
            ResidentMemory = ProcessMemory.Resident,
            Elapsed = Elapsed,
        });
        _timeBefore = WorkTime;
    }

    public void AddEvaluation(EvaluationResult result)
    {
        _evaluations.Add((Step, result));
        _history[^1] = _history[^1] with { Validation = result, Elapsed = Elapsed };
    }

    /// <summary>Takes over what was done before.</summary>
    /// <param name="history">The updates.</param>
    /// <param name="totals">What else was gathered.</param>
    /// <param name="goesBack">Whether it was this run that did it, and what it did since is undone: the time is spent all the same.</param>
    public void Resume(IReadOnlyList<TrainingProgress> history, RecordTotals totals, bool goesBack)
    {
        _history.Clear();
        _evaluations.Clear();
        (_lossAverage, _activeSum, _reselections, _tokens) = (0, 0, 0, totals.Tokens);
        foreach (var step in history)
        {
            Gather(step.Loss, step.ActiveCoordinates, step.Reselected);
            _history.Add(step);
            if (step.Validation is { } validation)
                _evaluations.Add((step.Step, validation));
        }
        if (goesBack)
            return;

        (SkippedUpdates, Setback) = (totals.SkippedUpdates, totals.Setback);
        (DataTime, ForwardTime, BackwardTime, OptimizerTime, EvaluationTime, _elapsedBefore) = totals.Time;
        _timeBefore = WorkTime;
    }

    /// <summary>How the run stands after its last step.</summary>
    public TrainingProgress ToProgress() => _history[^1];

    public TrainingSummary Summarize(StopReason stopReason, long? bestStep) => new()
    {
        StopReason = stopReason,
        Steps = Step,
        History = _history.AsReadOnly(),
        Losses = [.. _history.Select(step => step.Loss)],
        SmoothedLoss = SmoothedLossAfter(Step),
        Evaluations = _evaluations.AsReadOnly(),
        BestStep = bestStep,
        Time = Time,
        TokensPerSecond = _tokens / WorkTime.Total.TotalSeconds,
        PeakMemory = ProcessMemory.Peak,
        Weights = _weights,
        ActiveShare = _activeSum / Step,
        Reselections = _reselections,
        SkippedUpdates = SkippedUpdates,
        Visits = Step == 0 ? ReadOnlyDictionary<string, long>.Empty : _history[^1].Visits,
        Options = _options,
    };

    private void Gather(double loss, long activeCoordinates, bool reselected)
    {
        _lossAverage = (Smoothing * _lossAverage) + ((1 - Smoothing) * loss);
        _activeSum += (double)activeCoordinates / _weights;
        _reselections += reselected ? 1 : 0;
    }

    private double SmoothedLossAfter(long steps) => _lossAverage / (1 - Math.Pow(Smoothing, steps));

    private static long DivideUp(long dividend, long divisor) => (dividend + divisor - 1) / divisor;
}

/// <summary>What a run has gathered and does not follow from its history.</summary>
/// <param name="Tokens">Tokens trained on.</param>
/// <param name="SkippedUpdates">Updates that were not made because a loss or gradient was not finite.</param>
/// <param name="Time">Where the time went.</param>
/// <param name="Setback">Those of the skipped updates that no update followed; null if there are none.</param>
internal sealed record RecordTotals(
    long Tokens, long SkippedUpdates, TrainingTime Time, [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] Setback? Setback = null);
