namespace Microsoft.ML.BlockLlm.Training;

/// <summary>How the learning rate goes after warm-up.</summary>
public enum LearningRateSchedule
{
    /// <summary>It falls in a straight line towards 0.</summary>
    Linear,

    /// <summary>It falls towards 0 as half a cosine wave (Loshchilov and Hutter, 2017, arXiv 1608.03983, eq. 5, without restarts).</summary>
    Cosine,

    /// <summary>It stays.</summary>
    Constant,
}
