namespace Microsoft.ML.BlockLlm.Optimizers;

/// <summary>What makes a block, the unit that is scored and taken.</summary>
public enum BlockGranularity
{
    /// <summary>The parameters of one module, a weight and its bias: those whose names agree up to the last dot.</summary>
    Module,

    /// <summary>Every parameter for itself.</summary>
    Tensor,

    /// <summary>
    /// A whole transformer layer: the parameters whose names agree up to their first number, as in <c>model.layers.3.</c>;
    /// parameters without a number in their name are grouped by module.
    /// </summary>
    Layer,
}
