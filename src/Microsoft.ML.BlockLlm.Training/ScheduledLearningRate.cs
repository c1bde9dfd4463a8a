using static TorchSharp.torch.optim;

namespace Microsoft.ML.BlockLlm.Training;

/// <summary>Sets the learning rate of every parameter group for each update, and the original ones again when disposed.</summary>
internal sealed class ScheduledLearningRate : IDisposable
{
    private readonly (ILearningRateController Group, double Full)[] _groups;
    private readonly LearningRateSchedule _schedule;
    private readonly double _warmupFraction;
    private readonly long _totalSteps;

    public ScheduledLearningRate(Optimizer optimizer, TrainingOptions options, long totalSteps)
    {
        _groups = [.. optimizer.ParamGroups.Select(group => (group, group.LearningRate))];
        _schedule = options.Schedule;
        _warmupFraction = options.WarmupFraction;
        _totalSteps = totalSteps;
    }

    /// <summary>The rate of the first parameter group, which stands for all in reports.</summary>
    public double Current => _groups[0].Group.LearningRate;

    /// <summary>Sets the rates for an update.</summary>
    /// <param name="step">Number of the update, from 1.</param>
    public void SetFor(long step)
    {
        var factor = Factor(_schedule, _warmupFraction, step, _totalSteps);
        foreach (var (group, full) in _groups)
            group.LearningRate = full * factor;
    }

    public void Dispose()
    {
        foreach (var (group, full) in _groups)
            group.LearningRate = full;
    }

    /// <summary>The share of the full learning rate at an update. It is never 0, so that no update is wasted.</summary>
    /// <remarks>
    /// With W warm-up updates of T: s/W for s ≤ W; then, with p = (s − 1 − W)/(T − W) in [0, 1), 1 − p (linear) or (1 + cos πp)/2 (cosine).
    /// </remarks>
    public static double Factor(LearningRateSchedule schedule, double warmupFraction, long step, long totalSteps)
    {
        var warmup = (long)Math.Round(warmupFraction * totalSteps);
        if (step <= warmup)
            return (double)step / warmup;
        var progress = (double)(step - 1 - warmup) / (totalSteps - warmup);
        return schedule switch
        {
            LearningRateSchedule.Linear => 1 - progress,
            LearningRateSchedule.Cosine => (1 + Math.Cos(Math.PI * progress)) / 2,
            _ => 1,
        };
    }
}
