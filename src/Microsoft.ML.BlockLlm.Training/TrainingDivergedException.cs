namespace Microsoft.ML.BlockLlm.Training;

/// <summary>A loss or gradient was not a finite number. It was caught before it touched a weight: the model is as it was before that step.</summary>
public sealed class TrainingDivergedException : InvalidOperationException
{
    /// <summary>Makes the exception.</summary>
    /// <param name="step">Number of the update that was not made, from 1.</param>
    /// <param name="finding">What was not finite, as a sentence without full stop.</param>
    /// <param name="learningRate">The learning rate of that update.</param>
    /// <param name="innerException">The optimizer's own finding, if it is the one that noticed.</param>
    public TrainingDivergedException(long step, string finding, double learningRate, Exception? innerException = null)
        : base($"Training diverged at step {step}: {finding}. The weights are as they were before that step. " +
               $"Try a lower learning rate (it was {learningRate:g3}), a longer warm-up or a smaller maximal gradient norm.", innerException)
    {
        Step = step;
        Finding = finding;
    }

    /// <summary>Number of the update that was not made, from 1.</summary>
    public long Step { get; }

    /// <summary>What was not finite, as a clause.</summary>
    internal string Finding { get; }
}
