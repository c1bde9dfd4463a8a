namespace Microsoft.ML.BlockLlm.Training;

/// <summary>By which figure of the validation data one model is better than another.</summary>
public enum ModelSelection
{
    /// <summary>The higher accuracy; of two equal ones the lower loss.</summary>
    Accuracy,

    /// <summary>The lower loss.</summary>
    Loss,
}
