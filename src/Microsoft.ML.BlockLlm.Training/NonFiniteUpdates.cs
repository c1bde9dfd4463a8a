using Microsoft.ML.BlockLlm.Optimizers;

namespace Microsoft.ML.BlockLlm.Training;

/// <summary>Does with updates whose loss or gradient is not finite what was asked for.</summary>
internal sealed class NonFiniteUpdates(NonFinitePolicy policy, StagewiseOptimizer optimizer, TrainingRecord record, RunCheckpoints? checkpoints)
{
    private const int MaxInARow = 10;

    /// <summary>Lets a run that means to go back have a place to go back to.</summary>
    public void Prepare()
    {
        if (policy == NonFinitePolicy.RollBack)
            checkpoints!.SaveLast();
    }

    /// <summary>Makes an update; false if it was not made because its loss or a gradient is not finite.</summary>
    /// <exception cref="TrainingDivergedException">It was not made, and training is not to go on.</exception>
    public bool TryUpdate(Action update)
    {
        try
        {
            update();
        }
        catch (TrainingDivergedException exception)
        {
            optimizer.Discard();
            var failures = (record.Setback?.Failures ?? 0) + 1;
            if (policy == NonFinitePolicy.Throw || failures == MaxInARow)
                throw;
            record.Setback = new Setback(failures, record.Setback?.Furthest ?? record.Step);
            record.SkippedUpdates++;
            if (policy == NonFinitePolicy.RollBack)
                checkpoints!.RollBack(exception.Finding);
            return false;
        }

        if (record.Step > record.Setback?.Furthest)
            record.Setback = null;
        return true;
    }
}

/// <summary>Updates that failed in a row because a loss or gradient was not finite.</summary>
/// <param name="Failures">How many.</param>
/// <param name="Furthest">The update before the first of them: one beyond it ends the row, whatever a roll-back takes back meanwhile.</param>
internal sealed record Setback(int Failures, long Furthest);
