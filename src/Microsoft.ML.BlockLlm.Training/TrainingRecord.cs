using System.Diagnostics;
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

    public bool IsEvaluationDue => Step % _evaluationInterval == 0 || IsComplete;

    public int Epoch { get; set; }

    public TimeSpan DataTime { get; set; }

    public TimeSpan ForwardTime { get; set; }

    public TimeSpan BackwardTime { get; set; }

    public TimeSpan OptimizerTime { get; set; }

    public TimeSpan EvaluationTime { get; set; }

    private StepTime WorkTime => new(DataTime, ForwardTime, BackwardTime, OptimizerTime);

    public void AddStep(double loss, double accuracy, long tokens, double learningRate, UpdateReport report)
    {
        _lossAverage = (Smoothing * _lossAverage) + ((1 - Smoothing) * loss);
        _activeSum += (double)report.ActiveCoordinates / _weights;
        _reselections += report.Reselected ? 1 : 0;
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
            Elapsed = Stopwatch.GetElapsedTime(_started),
        });
        _timeBefore = WorkTime;
    }

    public void AddEvaluation(EvaluationResult result)
    {
        _evaluations.Add((Step, result));
        _history[^1] = _history[^1] with { Validation = result, Elapsed = Stopwatch.GetElapsedTime(_started) };
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
        Time = new TrainingTime(DataTime, ForwardTime, BackwardTime, OptimizerTime, EvaluationTime, Stopwatch.GetElapsedTime(_started)),
        TokensPerSecond = _tokens / WorkTime.Total.TotalSeconds,
        PeakMemory = ProcessMemory.Peak,
        Weights = _weights,
        ActiveShare = _activeSum / Step,
        Reselections = _reselections,
        Visits = _history.Where(step => step.Reselected).SelectMany(step => step.ActiveBlocks).CountBy(block => block).ToDictionary(),
        Options = _options,
    };

    private double SmoothedLossAfter(long steps) => _lossAverage / (1 - Math.Pow(Smoothing, steps));

    private static long DivideUp(long dividend, long divisor) => (dividend + divisor - 1) / divisor;
}
