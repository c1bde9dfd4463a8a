namespace Microsoft.ML.BlockLlm.Optimizers;

/// <summary>How the mask chooses among the weights of the taken blocks.</summary>
public enum MaskCriterion
{
    /// <summary>
    /// The weights with the largest gradients, as published. Those of one mini-batch have much in common: most serve the same few directions, in
    /// the few blocks whose gradients are largest.
    /// </summary>
    LargestGradient,

    /// <summary>Weights drawn at random, of every taken block the same share.</summary>
    Random,
}
