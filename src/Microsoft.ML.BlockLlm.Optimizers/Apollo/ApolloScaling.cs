namespace Microsoft.ML.BlockLlm.Optimizers;

/// <summary>What shares one scaling factor in <see cref="ApolloOptimizer"/>.</summary>
public enum ApolloScaling
{
    /// <summary>Each channel along the larger dimension of a matrix has its own.</summary>
    Channel,

    /// <summary>A matrix has one.</summary>
    Tensor,
}
