namespace Microsoft.ML.BlockLlm.Training;

/// <summary>Whether the activations inside a stage are kept from forward to backward, or computed again (Chen et al., 2016, arXiv 1604.06174).</summary>
public enum Recompute
{
    /// <summary>They are kept: the fastest.</summary>
    None,

    /// <summary>Only the input of each stage is kept, and the stage runs a second time for backward: about a third more work, and one stage's activations at once. The gradients are the same.</summary>
    All,
}
