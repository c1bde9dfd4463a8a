namespace Microsoft.ML.BlockLlm.Optimizers;

/// <summary>How blocks are taken by their scores.</summary>
public enum BlockSampling
{
    /// <summary>In falling order of the score.</summary>
    Greedy,

    /// <summary>At random without replacement, each time with a probability in proportion to the score.</summary>
    Random,
}
