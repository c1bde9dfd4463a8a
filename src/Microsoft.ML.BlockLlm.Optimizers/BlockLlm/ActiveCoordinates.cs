using static TorchSharp.torch;

namespace Microsoft.ML.BlockLlm.Optimizers;

/// <summary>The selected coordinates with their state.</summary>
internal sealed class ActiveCoordinates : IDisposable
{
    private readonly Dictionary<NamedParameter, AdamSlice[]> _slices;

    /// <summary>Slices of coordinates whose moments of before are kept, and the count of updates that these have.</summary>
    private Dictionary<AdamSlice, long> _carriers = [];

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

    /// <summary>Makes newly selected coordinates active. What state they had before is still to be taken over.</summary>
    /// <param name="selected">The coordinates, which are disposed.</param>
    /// <param name="previous">Those that were active before, which stay as they are.</param>
    /// <param name="carryMoments">Whether moments are part of the state that is kept.</param>
    public static ActiveCoordinates Select(IEnumerable<MaskedGradient> selected, ActiveCoordinates previous, bool carryMoments)
    {
        var slices = new List<AdamSlice>();
        var carriers = new Dictionary<AdamSlice, long>();
        foreach (var part in selected)
        {
            using (part)
            {
                if (part.Count == 0)
                    continue;
                var (known, others, steps) = StateCarry.Split(part, carryMoments ? previous.WithState(part.Parameter) : []);
                if (known is not null)
                    carriers.Add(known, steps);
                slices.AddRange(new[] { known, others }.OfType<AdamSlice>());
            }
        }

        return new(slices) { _carriers = carriers };
    }

    /// <summary>
    /// Takes over the state that the coordinates had before, and disposes what was active before: one parameter after the other, first those that have fewer active weights than before, so
    /// that old state and new are not both there.
    /// </summary>
    /// <param name="previous">Those that were active before.</param>
    public void TakeOver(ActiveCoordinates previous)
    {
        foreach (var parameter in previous.Parameters.Union(Parameters).OrderBy(parameter => Of(parameter).Sum(slice => slice.Count) - previous.Of(parameter).Sum(slice => slice.Count)))
        {
            var old = previous.WithState(parameter);
            foreach (var slice in Of(parameter))
                StateCarry.TakeOver(slice, old, _carriers.TryGetValue(slice, out long steps) ? steps : null);
            foreach (var slice in previous.Of(parameter))
                slice.Dispose();
        }

        _carriers = [];
    }

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

    private IReadOnlyList<AdamSlice> WithState(NamedParameter parameter) => [.. Of(parameter).Where(slice => slice.Steps > 0)];
}
