using TorchSharp;
using static TorchSharp.torch;

namespace Microsoft.ML.BlockLlm.Optimizers;

/// <summary>
/// The coordinates with the largest gradients over several parameters, found while the gradients arrive one at a time: no more is
/// kept than the budget and one gradient.
/// </summary>
/// <remarks>
/// Coordinates are ordered by |g|, then by name of the parameter, then by position. That order leaves no ties, so the budget is
/// exact and the result does not depend on the order of arrival.
/// </remarks>
/// <param name="budget">Number of coordinates to keep.</param>
/// <param name="fewMagnitudes">So many magnitudes are ordered directly; the default takes less than 20 MB.</param>
internal sealed class CoordinateMask(long budget, long fewMagnitudes = 1 << 20) : IDisposable
{
    private readonly SortedDictionary<string, MaskedGradient> _parts = new(StringComparer.Ordinal);

    /// <summary>Magnitudes below it are out. It can only rise as gradients arrive.</summary>
    private float _threshold;

    /// <summary>Number of parameters offered.</summary>
    public int Parameters => _parts.Count;

    /// <summary>Offers one gradient, finite and flat; its storage may be shared until <see cref="Dispose"/>.</summary>
    /// <param name="parameter">The parameter.</param>
    /// <param name="gradient">Its gradient, float32 [count].</param>
    /// <param name="index">The coordinates offered, int32 [count], rising; null for all of them.</param>
    public void Offer(NamedParameter parameter, Tensor gradient, Tensor? index = null)
    {
        using var scope = NewDisposeScope();
        var part = new MaskedGradient(parameter, index?.alias(), gradient.alias());
        _parts.Add(parameter.Name, part);
        if (_threshold > 0)
            part.Keep(magnitude => magnitude.ge(_threshold));
        if (Count - gradient.numel() > budget)
            Trim();
    }

    /// <summary>What the mask keeps of each parameter offered so far, ordered by name.</summary>
    public IEnumerable<MaskedGradient> Kept()
    {
        if (Count > budget)
            Trim();
        return _parts.Values;
    }

    public void Dispose()
    {
        foreach (var part in _parts.Values)
            part.Dispose();
        _parts.Clear();
    }

    private long Count => _parts.Values.Sum(part => part.Count);

    private void Trim()
    {
        _threshold = BudgetthLargest();
        long ties = budget - CountAtLeast(MathF.BitIncrement(_threshold));
        foreach (var part in _parts.Values)
        {
            part.Keep(magnitude =>
            {
                var keep = magnitude.gt(_threshold);
                var tied = magnitude.eq(_threshold).nonzero().view(-1);
                long accepted = Math.Min(ties, tied.numel());
                ties -= accepted;
                return keep.index_fill_(0, tied.narrow(0, 0, accepted), true);
            });
        }
    }

    /// <summary>
    /// Bisects until few magnitudes are in question, then orders these. Bisection counts, and needs no copy of the gradients; its
    /// steps go by the bits of non-negative floats, which are ordered as the floats are.
    /// </summary>
    private float BudgetthLargest()
    {
        int low = BitConverter.SingleToInt32Bits(_threshold), high = BitConverter.SingleToInt32Bits(float.MaxValue);
        long atLeastLow = Count, aboveHigh = 0;
        while (atLeastLow - aboveHigh > fewMagnitudes && low < high)
        {
            int middle = high - (high - low) / 2;
            long count = CountAtLeast(BitConverter.Int32BitsToSingle(middle));
            if (count >= budget)
                (low, atLeastLow) = (middle, count);
            else
                (high, aboveHigh) = (middle - 1, count);
        }

        return low == high
            ? BitConverter.Int32BitsToSingle(low)
            : LargestBetween(BitConverter.Int32BitsToSingle(low), BitConverter.Int32BitsToSingle(high), budget - aboveHigh);
    }

    private float LargestBetween(float low, float high, long rank)
    {
        using var scope = NewDisposeScope();
        var between = cat([.. _parts.Values.Select(part => part.MagnitudesBetween(low, high))]);
        return between.kthvalue(between.numel() - rank + 1, dim: 0).values.ToSingle();
    }

    private long CountAtLeast(float magnitude)
    {
        using var scope = NewDisposeScope();
        return cat([.. _parts.Values.Select(part => part.OfPieces(piece => piece.ge(magnitude).count_nonzero().view(1)))]).sum().ToInt64();
    }
}
