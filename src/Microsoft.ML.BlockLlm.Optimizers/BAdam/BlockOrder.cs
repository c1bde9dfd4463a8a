namespace Microsoft.ML.BlockLlm.Optimizers;

/// <summary>The order in which <see cref="BAdamOptimizer"/> trains its blocks, one after the other and then all over again.</summary>
public enum BlockOrder
{
    /// <summary>A random order, another in each round.</summary>
    Random,

    /// <summary>From the input of the model to its output: as the parameters are given.</summary>
    Ascending,

    /// <summary>From the output of the model to its input.</summary>
    Descending,
}
