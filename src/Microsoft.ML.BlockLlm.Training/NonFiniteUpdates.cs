using Microsoft.ML.BlockLlm.Optimizers;

namespace Microsoft.ML.BlockLlm.Training;

/// <summary>Does with updates whose loss or gradient is not finite what was asked for.</summary>
internal sealed class NonFiniteUpdates(NonFinitePolicy policy, StagewiseOptimizer optimizer, TrainingRecord record, RunCheckpoints? checkpoints)
{
    private const int MaxInARow = 10;

    private long _furthest = record.Step;
    private int _failures;

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
            if (policy == NonFinitePolicy.Throw || ++_failures == MaxInARow)
                throw;
            record.SkippedUpdates++;
            if (policy == NonFinitePolicy.RollBack)
                checkpoints!.RollBack(exception.Finding);
            return false;
        }

        if (record.Step > _furthest)
            (_furthest, _failures) = (record.Step, 0);
        return true;
    }
}
