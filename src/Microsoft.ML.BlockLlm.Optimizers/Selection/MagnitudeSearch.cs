using TorchSharp;
using static TorchSharp.torch;

namespace Microsoft.ML.BlockLlm.Optimizers;

/// <summary>
/// Finds where to cut some gradients so that a number of the largest is left. It counts, which needs no copy of them, until few magnitudes are in
/// question, and orders these.
/// </summary>
/// <remarks>
/// A sample says where to count first, so that mostly two counts do; where it misleads, bisection goes on. Steps go by the bits of non-negative
/// floats, which are ordered as the floats are.
/// </remarks>
/// <param name="gradients">The gradients, finite, together no fewer numbers than are to be left.</param>
/// <param name="rank">How many are to be left.</param>
/// <param name="fewMagnitudes">So many magnitudes are ordered directly.</param>
internal sealed class MagnitudeSearch(IReadOnlyCollection<MaskedGradient> gradients, long rank, long fewMagnitudes)
{
    private int _low;
    private int _high = BitConverter.SingleToInt32Bits(float.MaxValue);
    private long _atLeastLow = gradients.Sum(gradient => gradient.Count);
    private long _aboveHigh;

    private long InQuestion => _atLeastLow - _aboveHigh;

    /// <summary>Finds the cut.</summary>
    /// <param name="least">What no magnitude is below.</param>
    public MagnitudeCut Find(float least)
    {
        _low = BitConverter.SingleToInt32Bits(least);
        if (InQuestion > fewMagnitudes)
        {
            foreach (int guess in Guesses().Where(guess => guess > _low && guess <= _high))
                Divide(guess);
        }

        while (InQuestion > fewMagnitudes && _low < _high)
            Divide(_high - ((_high - _low) / 2));
        return _low == _high ? new MagnitudeCut(BitConverter.Int32BitsToSingle(_low), rank - _aboveHigh) : Order();
    }

    /// <summary>Finds out on which side of a magnitude the threshold lies.</summary>
    private void Divide(int bits)
    {
        using var scope = NewDisposeScope();
        var magnitude = BitConverter.Int32BitsToSingle(bits);
        long count = stack([.. gradients.Select(gradient => gradient.CountAtLeast(magnitude))]).sum().ToInt64();
        if (count >= rank)
            (_low, _atLeastLow) = (bits, count);
        else
            (_high, _aboveHigh) = (bits - 1, count);
    }

    /// <summary>Magnitudes of a sample between which the threshold most likely lies: four standard deviations above and below its expected place.</summary>
    private int[] Guesses()
    {
        using var scope = NewDisposeScope();
        // An odd step, so that the columns of a matrix take turns.
        long step = Math.Max(1, 4 * _atLeastLow / fewMagnitudes) | 1;
        var sample = cat([.. gradients.Select(gradient => gradient.Gradient.index(TensorIndex.Slice(step: step)).abs())]);
        long size = sample.numel(), expected = (long)((double)rank / _atLeastLow * size), spread = (long)(2 * Math.Sqrt(size));
        return [.. new[] { expected - spread, expected + spread }.Where(place => place >= 1 && place <= size)
            .Select(place => BitConverter.SingleToInt32Bits(sample.kthvalue(size - place + 1, dim: 0).values.ToSingle()))];
    }

    private MagnitudeCut Order()
    {
        using var scope = NewDisposeScope();
        var (low, high) = (BitConverter.Int32BitsToSingle(_low), BitConverter.Int32BitsToSingle(_high));
        var between = cat([.. gradients.Select(gradient => gradient.MagnitudesBetween(low, high))]);
        long place = rank - _aboveHigh;
        float threshold = between.kthvalue(between.numel() - place + 1, dim: 0).values.ToSingle();
        return new MagnitudeCut(threshold, place - between.gt(threshold).sum().ToInt64());
    }
}
