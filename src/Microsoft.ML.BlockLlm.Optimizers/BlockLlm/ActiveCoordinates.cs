using static TorchSharp.torch;

namespace Microsoft.ML.BlockLlm.Optimizers;

/// <summary>The selected coordinates with their state.</summary>
internal sealed class ActiveCoordinates : IDisposable
{
    private readonly Dictionary<NamedParameter, AdamSlice[]> _slices;

    /// <param name="slices">The slices: at most two for one parameter, none of them empty.</param>
    public ActiveCoordinates(IEnumerable<AdamSlice> slices)
    {
        Slices = [.. slices];
        _slices = Slices.GroupBy(slice => slice.Parameter).ToDictionary(group => group.Key, group => group.ToArray());
        Count = Slices.Sum(slice => slice.Count);
    }

    public static ActiveCoordinates None { get; } = new([]);

    public IReadOnlyList<AdamSlice> Slices { get; }

    public IEnumerable<NamedParameter> Parameters => _slices.Keys;

    /// <summary>Number of coordinates.</summary>
    public long Count { get; }

    /// <summary>Makes newly selected coordinates active, with the state that they had before.</summary>
    /// <param name="selected">The coordinates.</param>
    /// <param name="previous">Those that were active before, which stay as they are.</param>
    /// <param name="carryMoments">Whether moments are part of the state that is kept.</param>
    public static ActiveCoordinates Select(IEnumerable<MaskedGradient> selected, ActiveCoordinates previous, bool carryMoments) =>
        new(selected.Where(part => part.Count > 0).SelectMany(part => StateCarry.Slices(part, previous.Of(part.Parameter), carryMoments)));

    public bool Has(NamedParameter parameter) => _slices.ContainsKey(parameter);

    /// <summary>The slices of a parameter; none where no weight of it is active.</summary>
    public IReadOnlyList<AdamSlice> Of(NamedParameter parameter) => _slices.GetValueOrDefault(parameter) ?? [];

    /// <summary>Adds to the gradients of a parameter's coordinates.</summary>
    public void Accumulate(NamedParameter parameter, Tensor gradient)
    {
        foreach (var slice in Of(parameter))
            slice.Accumulate(gradient);
    }

    public void Dispose()
    {
        foreach (var slice in Slices)
            slice.Dispose();
    }
}
