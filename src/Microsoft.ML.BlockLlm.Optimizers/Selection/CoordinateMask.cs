using TorchSharp;
using static TorchSharp.torch;

namespace Microsoft.ML.BlockLlm.Optimizers;

/// <summary>
/// The coordinates with the largest gradients over several parameters, found while the gradients arrive one at a time: never
/// more than the budget is kept beside the gradient at hand.
/// </summary>
/// <remarks>
/// Coordinates are ordered by |g|, then by name of the parameter, then by position. That order leaves no ties, so the budget is
/// exact and the result does not depend on the order of arrival.
/// </remarks>
internal sealed class CoordinateMask(long budget) : IDisposable
{
    private readonly SortedDictionary<string, MaskedGradient> _kept = new(StringComparer.Ordinal);
    private float _threshold;

    /// <summary>Number of parameters offered.</summary>
    public int Parameters => _kept.Count;

    /// <summary>What is kept of each parameter, ordered by name.</summary>
    public IEnumerable<MaskedGradient> Kept => _kept.Values;

    public bool Offered(NamedParameter parameter) => _kept.ContainsKey(parameter.Name);

    /// <summary>Offers one gradient, finite and flat; its storage may be shared until <see cref="Dispose"/>.</summary>
    public void Offer(NamedParameter parameter, Tensor gradient)
    {
        _kept.Add(parameter.Name, new MaskedGradient(parameter, index: null, gradient.alias()));
        if (_kept.Values.Sum(part => part.Count) > budget)
            Trim();
    }

    public void Dispose()
    {
        foreach (var part in _kept.Values)
            part.Dispose();
        _kept.Clear();
    }

    private void Trim()
    {
        using var scope = NewDisposeScope();
        // The budget-th largest magnitude can only rise as gradients arrive.
        _threshold = KthLargest(budget, _threshold);
        long ties = budget - CountWhere(magnitude => magnitude.gt(_threshold));
        foreach (var part in _kept.Values)
        {
            using var partScope = NewDisposeScope();
            var magnitude = part.Gradient.abs();
            var keep = magnitude.gt(_threshold);
            var tied = magnitude.eq(_threshold).nonzero().view(-1);
            long accepted = Math.Min(ties, tied.numel());
            keep.index_fill_(0, tied.narrow(0, 0, accepted), true);
            ties -= accepted;
            part.Keep(keep.nonzero().view(-1));
        }
    }

    /// <summary>
    /// Bisects over the bit patterns of non-negative floats, which are ordered as the floats are. Counting needs no copy of the
    /// magnitudes, where sorting or selecting would need several.
    /// </summary>
    private float KthLargest(long k, float lowest)
    {
        int low = BitConverter.SingleToInt32Bits(lowest);
        int high = BitConverter.SingleToInt32Bits(_kept.Values.Where(part => part.Count > 0).Max(part => part.LargestMagnitude()));
        while (low < high)
        {
            int middle = high - (high - low) / 2;
            float candidate = BitConverter.Int32BitsToSingle(middle);
            if (CountWhere(magnitude => magnitude.ge(candidate)) >= k)
                low = middle;
            else
                high = middle - 1;
        }

        return BitConverter.Int32BitsToSingle(low);
    }

    private long CountWhere(Func<Tensor, Tensor> condition)
    {
        using var scope = NewDisposeScope();
        return stack(_kept.Values.Select(part => condition(part.Gradient.abs()).sum())).sum().ToInt64();
    }
}
