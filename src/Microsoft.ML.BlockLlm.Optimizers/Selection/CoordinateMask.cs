using static TorchSharp.torch;

namespace Microsoft.ML.BlockLlm.Optimizers;

/// <summary>
/// The coordinates with the largest gradients over several parameters, found while the gradients arrive one at a time: no more is
/// kept than <see cref="BytesKept"/> for each coordinate of the budget, and one gradient.
/// </summary>
/// <remarks>
/// Coordinates are ordered by |g|, then by name of the parameter, then by position. That order leaves no ties, so the budget is
/// exact and the result does not depend on the order of arrival. A cut goes over all that is kept. Since it leaves room for a quarter of the budget,
/// there are only as many as makes the whole linear in the number of gradients offered.
/// </remarks>
/// <param name="budget">Number of coordinates to keep.</param>
/// <param name="fewMagnitudes">So many magnitudes are ordered directly; the default takes less than 20 MB.</param>
internal sealed class CoordinateMask(long budget, long fewMagnitudes = 1 << 20) : IDisposable
{
    /// <summary>Bytes for each coordinate of the budget that may be kept: 8 for its gradient with its position, and a quarter more.</summary>
    public const long BytesKept = 10;

    private readonly SortedDictionary<string, MaskedGradient> _parts = new(StringComparer.Ordinal);

    /// <summary>Magnitudes below it are out. It can only rise as gradients arrive.</summary>
    private float _threshold;

    /// <summary>Number of parameters offered.</summary>
    public int Parameters => _parts.Count;

    /// <summary>Memory that is kept, in bytes.</summary>
    public long Bytes => _parts.Values.Sum(part => part.Bytes);

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
        if (Count <= budget || Bytes <= BytesKept * budget)
            return;
        var cut = FindCut();
        foreach (var kept in _parts.Values)
            kept.Keep(cut.Mask);
    }

    /// <summary>Gives away what the mask keeps of each parameter offered so far, ordered by name, one cut after the other; the caller's to dispose.</summary>
    public IEnumerable<MaskedGradient> TakeKept()
    {
        var cut = Count > budget ? FindCut() : null;
        foreach (string name in _parts.Keys.ToArray())
        {
            var part = _parts[name];
            if (cut is not null)
                part.Keep(cut.Mask);
            _parts.Remove(name);
            yield return part;
        }
    }

    public void Dispose()
    {
        foreach (var part in _parts.Values)
            part.Dispose();
        _parts.Clear();
    }

    private long Count => _parts.Values.Sum(part => part.Count);

    private MagnitudeCut FindCut()
    {
        var cut = new MagnitudeSearch(_parts.Values, budget, fewMagnitudes).Find(_threshold);
        _threshold = cut.Threshold;
        return cut;
    }
}
