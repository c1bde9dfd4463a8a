namespace Microsoft.ML.BlockLlm.Training;

/// <summary>Why a training run ended.</summary>
public enum StopReason
{
    /// <summary>All its steps are done.</summary>
    Completed,

    /// <summary>The validation data showed no better model for <see cref="TrainingOptions.Patience"/> evaluations.</summary>
    EarlyStopped,

    /// <summary>It was cancelled; the model has the best weights so far.</summary>
    Canceled,
}
