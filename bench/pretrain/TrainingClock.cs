using Microsoft.ML.BlockLlm.Training;

namespace PretrainBenchmark;

/// <summary>Times training without its evaluations, and ends it when its time is up.</summary>
internal sealed class TrainingClock(TimeSpan limit, CancellationTokenSource timeLimit) : IProgress<TrainingProgress>
{
    private readonly List<TimeSpan> _steps = [];
    private readonly List<(long Step, double Seconds, double Loss)> _heldOut = [];
    private TimeSpan _trained;

    public TimeSpan MedianStep => _steps.Order().ElementAt(_steps.Count / 2);

    /// <summary>Held-out loss after so many steps and seconds of training.</summary>
    public IReadOnlyList<(long Step, double Seconds, double Loss)> HeldOut => _heldOut;

    public void Report(TrainingProgress value)
    {
        _steps.Add(value.Time.Total);
        _trained += value.Time.Total;
        if (value.Validation is { } validation)
            _heldOut.Add((value.Step, _trained.TotalSeconds, validation.Loss));
        if (_trained >= limit)
            timeLimit.Cancel();
    }
}
