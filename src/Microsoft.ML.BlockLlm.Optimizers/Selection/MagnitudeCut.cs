using static TorchSharp.torch;

namespace Microsoft.ML.BlockLlm.Optimizers;

/// <summary>Where to cut gradients so that a number of the largest is left: all above a threshold, and the first of those at it.</summary>
/// <param name="threshold">The threshold.</param>
/// <param name="ties">How many of those at it are left.</param>
internal sealed class MagnitudeCut(float threshold, long ties)
{
    private long _ties = ties;

    /// <summary>Absolute values below it are out.</summary>
    public float Threshold => threshold;

    /// <summary>Marks what is left, bool. Asked for one gradient after the other, piece by piece, so that those at the threshold are left in this order.</summary>
    /// <param name="magnitudes">Absolute values, float32 [count].</param>
    public Tensor Mask(Tensor magnitudes)
    {
        var kept = magnitudes.gt(threshold);
        var tied = magnitudes.eq(threshold).nonzero().view(-1);
        long accepted = Math.Min(_ties, tied.numel());
        _ties -= accepted;
        return kept.index_fill_(0, tied.narrow(0, 0, accepted), true);
    }
}
