namespace Microsoft.ML.BlockLlm.Training;

/// <summary>What happens when a loss or gradient is not a finite number. It never reaches a weight or the optimizer's state.</summary>
public enum NonFinitePolicy
{
    /// <summary>Training ends with a <see cref="TrainingDivergedException"/>.</summary>
    Throw,

    /// <summary>The update is not made, and training goes on with the next batches. The tenth in a row ends it as <see cref="Throw"/> does.</summary>
    Skip,

    /// <summary>
    /// Training goes back to its last checkpoint and on with the batches that come next, so that what made it diverge does not come again. The tenth time without getting
    /// further ends it as <see cref="Throw"/> does.
    /// </summary>
    RollBack,
}
