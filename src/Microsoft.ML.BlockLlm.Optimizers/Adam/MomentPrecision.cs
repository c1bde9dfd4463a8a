namespace Microsoft.ML.BlockLlm.Optimizers;

/// <summary>How Adam's two moments are stored between updates. The arithmetic is always in 32-bit floats.</summary>
public enum MomentPrecision
{
    /// <summary>32-bit floats: 8 bytes for a weight.</summary>
    Full,

    /// <summary>
    /// 8-bit codes in blocks of 256 with one scale each (after Dettmers et al., arXiv 2110.02861): 2 bytes for a weight, and 1/32 byte
    /// for the scales.
    /// </summary>
    EightBit,
}
